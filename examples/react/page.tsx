import { useState } from 'react';
import { createClient } from 'yourcall/client';
import { ChatProvider, useChat, useDecision, useInbox, useThreads } from 'yourcall/react';
import type { ShownCall } from 'yourcall/react';
import type { chat } from './chat.ts';

// Once, outside of components.
const client = createClient<typeof chat>({ url: 'http://localhost/api' });

export function App({ thread }: { thread: string }) {
  return (
    <ChatProvider client={client}>
      <Thread thread={thread} />
    </ChatProvider>
  );
}

export function Thread({ thread }: { thread: string }) {
  const { messages, waiting, status, send, stop } = useChat<typeof chat>({ thread });
  const [text, setText] = useState('');
  return (
    <main>
      {messages.map((message) => (
        <p key={message.id} className={message.pending?.state}>
          {message.parts.map((part) => (part.type === 'text' ? part.text : ''))}
        </p>
      ))}
      {waiting.approvals.map((call) => (
        <Approval key={call.id} thread={thread} call={call} />
      ))}
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void send(text);
          setText('');
        }}
      >
        <input value={text} onChange={(event) => setText(event.target.value)} />
        {status === 'working' && (
          <button type="button" onClick={() => stop()}>
            Stop
          </button>
        )}
      </form>
    </main>
  );
}

export function Approval({ thread, call }: ShownCall) {
  const { offers, decide, isPending, answer } = useDecision({ thread, call });
  // Somebody else was first, or the call is not what was shown.
  if (answer && answer.type !== 'applied') return <p>{answer.type}</p>;
  return (
    <section>
      {call.name} {JSON.stringify(call.input)}
      <button disabled={isPending || !offers.includes('approve')} onClick={() => decide({ type: 'approve' })}>
        Approve
      </button>
      <button
        disabled={isPending || !offers.includes('reject')}
        onClick={() => decide({ type: 'reject', reason: 'not this time' })}
      >
        Reject
      </button>
    </section>
  );
}

export function Located({ thread }: { thread: string }) {
  const { messages } = useChat<typeof chat>({
    thread,
    // Typed by the tool of this name. What it throws is told to the model.
    tools: { locate: async (_input, { signal }) => ({ city: await cityOf(signal) }) },
  });
  return <p>{messages.length} messages</p>;
}

export function Inbox() {
  const { items = [], isMore } = useInbox<typeof chat>({ limit: 20 });
  return (
    <ul>
      {items.map(({ thread, call }) => (
        <li key={call.id}>
          {thread.title} <Approval thread={thread} call={call} />
        </li>
      ))}
      {isMore && <li>and more</li>}
    </ul>
  );
}

export function Threads({ onOpen }: { onOpen: (thread: string) => void }) {
  const { threads = [], create } = useThreads();
  return (
    <nav>
      {threads.map(({ id, title, status }) => (
        <button key={id} onClick={() => onOpen(id)}>
          {title} {status === 'paused' && '(waits)'}
        </button>
      ))}
      <button onClick={async () => onOpen((await create({ title: 'A refund' })).id)}>New</button>
    </nav>
  );
}

/** Stands for what a browser knows, such as `navigator.geolocation`. */
async function cityOf(signal: AbortSignal): Promise<string> {
  signal.throwIfAborted();
  return 'Ulm';
}
