import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { isBefore, Ago } from '../time-text.tsx';
import type { Grant } from '../../conversation/grant.ts';
import { visible } from '../../wire/plain-text.ts';
import { sentenceOf } from '../sentence.ts';
import { useMe, useSession } from '../session.ts';
import { fragmentOf } from '../shell/place.ts';
import { RuleView } from './rule-view.tsx';
import { scopeNames } from './words.ts';

/** What runs without asking since somebody said so, the newest first, and how it is taken back. */
export function GrantsView(): JSX.Element {
  const { client } = useSession();
  const [grants, setGrants] = useState<readonly Grant[]>();
  const [wrong, setWrong] = useState('');
  const isOfAll = useMe().scopes.includes('manage');
  const read = async (): Promise<void> => setGrants((await client.listGrants()).toReversed());
  const trying = (run: () => Promise<void>): void =>
    void run().then(
      () => setWrong(''),
      (error: unknown) => setWrong(sentenceOf(error)),
    );
  useEffect(() => trying(read), [client]);
  const revoke = (grant: Grant): void => trying(() => client.revokeGrant(grant.id).finally(read));
  return (
    <section class="grants" aria-labelledby="grants-title">
      <header class="desk-title">
        <h1 id="grants-title">Grants</h1>
        <a href={fragmentOf({ view: 'inbox' })}>Inbox</a>
      </header>
      {wrong !== '' && (
        <p class="wrong" role="alert">
          {wrong}{' '}
          <button type="button" class="small" onClick={() => trying(read)}>
            Read again
          </button>
        </p>
      )}
      {grants?.length === 0 ? (
        <Empty />
      ) : (
        <>
          <p class="muted">{isOfAll ? 'What anybody has granted' : 'What you have granted'} runs without asking.</p>
          <ul>
            {grants?.map((grant) => (
              <Granted key={grant.id} grant={grant} onRevoke={() => revoke(grant)} />
            ))}
          </ul>
        </>
      )}
    </section>
  );
}

function Granted({ grant, onRevoke }: { readonly grant: Grant; readonly onRevoke: () => void }): JSX.Element {
  const { rule, scope, by, at, expiresAt, from } = grant;
  const [isSending, setIsSending] = useState(false);
  return (
    <li class="card grant">
      <RuleView rule={rule} />
      <p class="muted">
        <b>{scopeNames[scope]}</b>
        {expiresAt !== undefined &&
          (isBefore(expiresAt) ? (
            <>
              , ends <Ago at={expiresAt} />
            </>
          ) : (
            ', which is over'
          ))}
        {' · '}
        {by !== undefined && `${visible(by)}, `}
        <Ago at={at} />
        {from && (
          <>
            {' · '}
            <a href={fragmentOf({ view: 'chat', thread: from.thread })}>the thread it comes from</a>
          </>
        )}
      </p>
      <button
        type="button"
        class="danger small"
        aria-label={`Revoke ${visible(rule.tool)}, ${scopeNames[scope]}`}
        disabled={isSending}
        onClick={() => {
          setIsSending(true);
          onRevoke();
        }}
      >
        Revoke
      </button>
    </li>
  );
}

function Empty(): JSX.Element {
  return (
    <div class="empty">
      <span class="icon icon-inbox" aria-hidden="true" />
      <h2>Nothing is granted</h2>
      <p>Where a server offers it, “Allow for…” beside an approval lets calls like it run without asking.</p>
    </div>
  );
}
