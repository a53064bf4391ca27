import { mayDecide } from '../../chat/approval.ts';
import { seenOf } from '../../conversation/seen.ts';
import { demandsOn } from '../../conversation/addressee.ts';
import type { Person } from '../../conversation/addressee.ts';
import { ChatError } from '../../conversation/error.ts';
import type { ToolCall } from '../../conversation/tool-call.ts';
import type { ThreadKey } from '../../store/thread.ts';
import { isAsked } from './standing.ts';
import { signerWith } from './token.ts';
import type { Claims } from './token.ts';

/** How links are made. */
export interface DecisionLinkOptions {
  /** What signs them, of at least 32 characters. Of several the first signs, and links of the others still count. */
  readonly secret: string | readonly [string, ...string[]];
  /** Where the handler is reached from outside, base path included: `https://app.example/api`. */
  readonly url: string;
  /** How long a link counts, in milliseconds. Default: one day. */
  readonly expiresIn?: number;
  /** Whether a person may still decide who was sent a link; asked whenever it is opened. Default: they may. */
  readonly permits?: (linked: Linked) => boolean | Promise<boolean>;
  /** Milliseconds since the epoch. Default: `Date.now`. */
  readonly now?: () => number;
}

/** For whom a link is, and about what. */
export interface Linked {
  readonly tenant: string;
  readonly thread: string;
  /** Its id. */
  readonly call: string;
  /** Decides, under this name. */
  readonly principal: string;
  /** Groups of theirs by which the call's approvers are named. */
  readonly groups: readonly string[];
}

/** A call that waits, and who is to decide about it. */
export interface LinkRequest {
  readonly thread: ThreadKey;
  readonly call: ToolCall;
  readonly principal: string;
  readonly groups?: readonly string[];
}

/** Links by which somebody decides about one call without signing in: whoever has the link is that person. */
export interface DecisionLinks {
  /**
   * The address of a page on which this person decides about this call. Throws `ChatError` `invalid-request` when no approval
   * of it is waited for, or not theirs.
   */
  linkTo(request: LinkRequest): Promise<string>;
  /** What a link says that was opened, as it stands in the path. */
  open(token: string): Promise<OpenedLink>;
}

/** What is known of a link that was opened. */
export type OpenedLink =
  | { readonly type: 'valid'; readonly claims: Claims }
  /** Its time is over, or its person may not decide any more. */
  | { readonly type: 'expired' }
  /** We have not made it. */
  | { readonly type: 'forged' };

/**
 * Links for mail and chat, by which one person decides about one call: for `createHandler({ links })`, which shows the page.
 *
 * @example
 * const links = decisionLinks({ secret: process.env.LINK_SECRET, url: 'https://app.example/api' });
 * const link = await links.linkTo({ thread, call, principal: 'kim' });
 */
export function decisionLinks(options: DecisionLinkOptions): DecisionLinks {
  const { url, expiresIn = 24 * 60 * 60 * 1000, permits = () => true, now = Date.now } = options;
  const signer = signerWith(secretsOf(options));
  if (!URL.canParse(url)) throw new ChatError('invalid-request', `Making decision links: ${url} is no address.`);
  return {
    async linkTo({ thread: { tenant, thread }, call, principal, groups = [] }) {
      checkAsked(call, { by: principal, groups });
      // Only what the requirements name: a link is no list of what somebody belongs to.
      const named = new Set((call.requirements ?? []).flatMap(({ approvers = [] }) => approvers));
      const token = await signer.sign({
        tenant,
        thread,
        call: call.id,
        seen: seenOf(call),
        principal,
        groups: groups.filter((group) => named.has(group)),
        decided: call.decisions?.length ?? 0,
        until: now() + expiresIn,
      });
      return `${url.replace(/\/$/, '')}/decide/${token}`;
    },
    async open(token) {
      const claims = await signer.read(token);
      if (!claims) return { type: 'forged' };
      const { seen: _seen, decided: _decided, until, ...linked } = claims;
      return until > now() && (await permits(linked)) ? { type: 'valid', claims } : { type: 'expired' };
    },
  };
}

function secretsOf({ secret }: DecisionLinkOptions): readonly [string, ...string[]] {
  const secrets = typeof secret === 'string' ? ([secret] as const) : secret;
  if (secrets.length > 0 && secrets.every((one) => one.length >= 32)) return secrets;
  throw new ChatError('invalid-request', 'Making decision links: a secret has at least 32 characters.');
}

/**
 * What became of a call in doubt, and an answer to a question, take more than a click. And a link shows all arguments: it is
 * made for nobody else than whose inbox shows them (rule X1).
 */
function checkAsked(call: ToolCall, person: Person): void {
  const what = `Making a link about ${call.name} (${call.id})`;
  if (!isAsked(call)) {
    throw new ChatError('invalid-request', `${what}: it is ${call.state}, and no approval of it is waited for.`);
  }
  const open = demandsOn(call);
  if (open.length === 0 || open.some((one) => mayDecide(one, person))) return;
  throw new ChatError('invalid-request', `${what}: ${person.by} is not among those who may decide about it.`);
}
