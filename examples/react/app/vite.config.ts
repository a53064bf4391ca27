// `npm run example` builds the page as it changes, and serves the threads of the shop beside it.
import { defineConfig } from 'vite';
import type { PluginOption } from 'vite';
import { toNodeListener } from 'yourcall/node';
import { createRuntime, memoryStore } from 'yourcall/runtime';
import { createHandler } from 'yourcall/server';
import { chat } from './shop.ts';

function threads(): PluginOption {
  return {
    name: 'threads',
    configureServer(server) {
      const runtime = createRuntime({ chat, store: memoryStore() });
      const handler = createHandler({
        runtime,
        basePath: '/api',
        // Whoever sits at this machine is Ann. Look up who it is where others can reach it.
        authorize: () => ({ principal: 'ann', tenant: 'shop', scopes: ['read', 'send', 'answer', 'decide'] }),
      });
      const listener = toNodeListener(handler);
      server.middlewares.use((request, response, next) =>
        request.url?.startsWith('/api/') ? listener(request, response) : next(),
      );
      server.httpServer?.on('close', () => void handler.close().then(() => runtime.close()));
    },
  };
}

export default defineConfig({
  root: import.meta.dirname,
  oxc: { jsx: { runtime: 'automatic', importSource: 'react' } },
  plugins: [threads()],
  server: { host: '127.0.0.1' },
});
