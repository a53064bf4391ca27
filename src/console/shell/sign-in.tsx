import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { useSession } from '../session.ts';

/** Asks for the token of the server. */
export function SignIn(): JSX.Element {
  const { signIn, hasToken } = useSession();
  const [token, setToken] = useState('');
  return (
    <main class="sign-in">
      <h1>
        your<b>call</b>
      </h1>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (token.trim()) signIn(token.trim());
        }}
      >
        <label>
          Token
          <input
            type="password"
            autocomplete="off"
            autofocus
            value={token}
            onInput={({ currentTarget }) => setToken(currentTarget.value)}
          />
        </label>
        {hasToken.value && (
          <p class="wrong" role="alert">
            The server does not take the token of this page.
          </p>
        )}
        <p class="muted">
          <code>yourcall serve</code> prints it, and an address that has it already.
        </p>
        <button class="primary">Sign in</button>
      </form>
    </main>
  );
}
