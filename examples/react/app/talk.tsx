import { useState } from 'react';
import { useChat } from 'yourcall/react';
import { CallView } from './call-view.tsx';
import type { chat } from './shop.ts';

export function Talk({ thread }: { readonly thread: string }) {
  const { messages, status, error, send, stop, resend } = useChat<typeof chat>({
    thread,
    tools: { local_time: () => ({ time: new Date().toLocaleTimeString() }) },
  });
  const [text, setText] = useState('');
  return (
    <main>
      {messages.map(({ id, role, parts, pending }) => (
        <article key={id} className={role}>
          {parts.map((part, index) => {
            if (part.type === 'text') return <p key={index}>{part.text}</p>;
            return part.type === 'tool' ? <CallView key={part.call.id} thread={thread} call={part.call} /> : null;
          })}
          {pending?.state === 'failed' && <button onClick={() => void resend(id)}>Not sent: send again</button>}
        </article>
      ))}
      {error && <p role="alert">{error.message}</p>}
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void send(text);
          setText('');
        }}
      >
        <input
          aria-label="Message"
          placeholder="find order A-17, refund order A-17 60, what time is it"
          value={text}
          onChange={({ target }) => setText(target.value)}
        />
        <button disabled={text.trim() === ''}>Send</button>
        {status === 'working' && (
          <button type="button" onClick={() => void stop()}>
            Stop
          </button>
        )}
      </form>
    </main>
  );
}
