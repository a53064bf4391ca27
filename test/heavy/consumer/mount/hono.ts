import { Hono } from 'hono';
import { handler } from './handler.ts';

export const app = new Hono();
app.all('/api/chat/*', ({ req }) => handler.fetch(req.raw));
