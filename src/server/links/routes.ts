import { isObject } from '../../conversation/json.ts';
import type { Decision } from '../../conversation/decision.ts';
import { callIn } from '../deciding.ts';
import type { Asked, Route } from '../dialect.ts';
import { Problem } from '../problem.ts';
import type { Who } from '../who.ts';
import type { DecisionLinks } from './decision-links.ts';
import { answerPage, expiredPage, forgedPage, settledPage } from './outcome-page.ts';
import { questionPage } from './question-page.ts';
import { standingTo } from './standing.ts';
import type { Standing } from './standing.ts';
import type { Claims } from './token.ts';

/**
 * The pages of links: looking changes nothing, since whatever reads a mail looks at its links too; only the form decides.
 */
export function linkRoutes(links: DecisionLinks): readonly Route[] {
  const path = '/decide/:token';
  const admit = async ({ token = '' }: Readonly<Record<string, string>>): Promise<Who | Response> => {
    const opened = await links.open(token);
    switch (opened.type) {
      case 'valid': {
        const { principal, groups, tenant } = opened.claims;
        return { principal, groups, tenant, scopes: ['decide'] };
      }
      case 'expired':
        return expiredPage();
      case 'forged':
        return forgedPage();
    }
  };
  return [
    { method: 'GET', path, isPage: true, action: 'decide', admit, handle: (asked) => show(links, asked) },
    { method: 'POST', path, action: 'decide', admit, takesBody: 'form', handle: (asked) => decide(links, asked) },
  ];
}

async function show(links: DecisionLinks, asked: Asked): Promise<Response> {
  const { claims, standing } = await openedBy(links, asked);
  if (standing.type !== 'asked') return settledPage(200, standing);
  return questionPage(standing.call, claims.principal);
}

async function decide(links: DecisionLinks, asked: Asked): Promise<Response> {
  const decision = decisionIn(asked.body);
  const { claims, standing } = await openedBy(links, asked);
  if (standing.type !== 'asked') return settledPage(409, standing);
  const { tenant, thread, call, seen, principal: by, groups } = claims;
  return answerPage(await asked.runtime.decide({ tenant, thread }, { call, decision, by, groups, seen }));
}

interface Opened {
  readonly claims: Claims;
  readonly standing: Standing;
}

async function openedBy(links: DecisionLinks, { params, runtime }: Asked): Promise<Opened> {
  const opened = await links.open(params['token'] ?? '');
  // Its time was not over when they were let in.
  if (opened.type !== 'valid') throw new Problem('forbidden', 'The link has expired.');
  const { claims } = opened;
  const read = await runtime.read({ tenant: claims.tenant, thread: claims.thread });
  return { claims, standing: standingTo(claims, read && callIn(read.messages, claims.call)) };
}

/** Only what the page offers: whoever wants to say more has to come in by the front door. */
function decisionIn(form: unknown): Decision {
  const { decision: type, reason = '', ...more } = isObject(form) ? form : {};
  if (Object.keys(more).length > 0 || typeof reason !== 'string' || reason.length > 1000) throw malformed();
  if (type === 'approve' && reason === '') return { type };
  if (type === 'reject') return reason === '' ? { type } : { type, reason };
  throw malformed();
}

function malformed(): Problem {
  return new Problem('malformed', 'The form is not the one of the page.');
}
