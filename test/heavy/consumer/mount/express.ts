import express from 'express';
import { toNodeListener } from 'yourcall/node';
import { handler } from './handler.ts';

export const app = express();
app.use('/api/chat', toNodeListener(handler));

// Behind a parser it works too: what that has read is taken from `request.body`.
export const parsing = express();
parsing.use(express.json());
parsing.use('/api/chat', toNodeListener(handler));
