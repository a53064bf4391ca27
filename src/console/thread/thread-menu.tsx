import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { ThreadView } from '../../client/views.ts';
import { maySay, useMe, useSession } from '../session.ts';
import { fragmentOf, go } from '../shell/place.ts';
import { Menu } from './menu.tsx';

interface ThreadMenuProps {
  readonly thread: ThreadView;
  /** What it is called is another name now, or it stands elsewhere. */
  readonly onChange: (title?: string) => void;
  readonly onError: (error: unknown) => void;
}

/** What may be done with a thread as a whole. */
export function ThreadMenu({ thread, onChange, onError }: ThreadMenuProps): JSX.Element | null {
  const { client } = useSession();
  const [asks, ask] = useState<'rename' | 'erase'>();
  const me = useMe();
  const [isSaid, isManaged] = [maySay(me, thread), me.scopes.includes('manage')];
  const { id, title = '' } = thread;
  const isArchived = thread.archivedAt !== undefined;
  const does = (close: () => void, what: () => Promise<string | undefined>): void => {
    ask(undefined);
    close();
    what().then(onChange, onError);
  };
  const rename = async (name: string): Promise<string | undefined> => (await client.renameThread(id, name)).title;
  const archive = async (): Promise<undefined> => void (await client.archiveThread(id, !isArchived));
  const erase = async (): Promise<undefined> => {
    await client.eraseThread(id);
    go({ view: 'chat' }, { replace: true });
  };
  if (!isSaid && !isManaged) return null;
  return (
    <Menu label="What may be done with this thread">
      {(close) => {
        if (asks === 'rename') return <Rename title={title} onRename={(name) => does(close, () => rename(name))} />;
        if (asks === 'erase') return <Erase onErase={() => does(close, erase)} />;
        return (
          <>
            {isSaid && <Choice onChoose={() => ask('rename')}>Rename…</Choice>}
            {isSaid && (
              <Choice onChoose={() => does(close, archive)}>
                {isArchived ? 'Take out of the archive' : 'Archive'}
              </Choice>
            )}
            {isManaged && (
              <a class="button quiet" href={fragmentOf({ view: 'audit', thread: id })}>
                Who decided what
              </a>
            )}
            {isManaged && <Choice onChoose={() => ask('erase')}>Erase…</Choice>}
          </>
        );
      }}
    </Menu>
  );
}

interface ChoiceProps {
  readonly onChoose: () => void;
  readonly children: string;
}

function Choice({ onChoose, children }: ChoiceProps): JSX.Element {
  return (
    <button type="button" class="quiet" onClick={onChoose}>
      {children}
    </button>
  );
}

function Erase({ onErase }: { readonly onErase: () => void }): JSX.Element {
  return (
    <div class="menu-asks">
      <p>All that was said is gone then, for everybody. Who decided what stays provable, without names.</p>
      <button type="button" class="danger primary" onClick={onErase}>
        Erase it
      </button>
    </div>
  );
}

interface RenameProps {
  readonly title: string;
  readonly onRename: (title: string) => void;
}

function Rename({ title, onRename }: RenameProps): JSX.Element {
  const [name, setName] = useState(title);
  return (
    <form
      class="menu-asks"
      onSubmit={(event) => {
        event.preventDefault();
        if (name.trim()) onRename(name.trim());
      }}
    >
      <label>
        Title
        <input autofocus maxLength={1_000} value={name} onInput={({ currentTarget }) => setName(currentTarget.value)} />
      </label>
      <button class="primary">Rename</button>
    </form>
  );
}
