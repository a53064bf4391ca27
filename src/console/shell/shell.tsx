import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { ChatError } from '../../conversation/error.ts';
import { useSession } from '../session.ts';
import { ConnectionBar } from './connection-bar.tsx';
import { Frame } from './frame.tsx';
import { pressed } from './keys.ts';
import { SignIn } from './sign-in.tsx';

/** How long until a server that did not answer is asked again, in milliseconds. */
const patience = 2_000;

/** The page, for whoever the server knows; the others are asked who they are. */
export function Shell(): JSX.Element {
  const { me, introduce } = useSession();
  const { value } = me;
  useEffect(() => {
    addEventListener('keydown', pressed);
    return () => removeEventListener('keydown', pressed);
  }, []);
  useEffect(() => {
    if (!(value instanceof ChatError) || !value.retryable) return undefined;
    const timer = setTimeout(introduce, patience);
    return () => clearTimeout(timer);
  }, [value]);
  if (!(value instanceof ChatError)) return value ? <Frame /> : <main aria-busy="true" />;
  if (value.code === 'auth') return <SignIn />;
  const state = { status: value.retryable ? 'offline' : 'closed', error: value } as const;
  return (
    <main>
      <ConnectionBar state={state} onReconnect={introduce} />
    </main>
  );
}
