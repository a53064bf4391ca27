import type { Server } from 'node:http';
import { serve } from '@hono/node-server';
import { app } from './hono.ts';
import { listening } from './listening.ts';
import { tellStories } from './story.ts';

tellStories('Hono on node', () => {
  const server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }) as Server;
  return listening(server);
});

tellStories('Hono, asked without a server', () => ({ ask: async (path, init) => app.request(path, init) }));
