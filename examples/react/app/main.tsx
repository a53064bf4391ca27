import { StrictMode, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { createClient } from 'yourcall/client';
import { ChatProvider } from 'yourcall/react';
import { Talk } from './talk.tsx';
import { ThreadNames } from './thread-names.tsx';
import type { chat } from './shop.ts';

// Once, outside of components.
const client = createClient<typeof chat>({ url: '/api' });

function App() {
  const [thread, open] = useState<string>();
  return (
    <ChatProvider client={client}>
      <ThreadNames chosen={thread} onOpen={open} />
      {thread === undefined ? <main>Begin a thread, or open one.</main> : <Talk key={thread} thread={thread} />}
    </ChatProvider>
  );
}

createRoot(document.getElementById('app')!).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
