import { createServer } from 'node:http';
import { app, parsing } from './express.ts';
import { listening } from './listening.ts';
import { tellStories } from './story.ts';

tellStories('Express 5', () => listening(createServer(app)));
tellStories('Express 5 behind express.json()', () => listening(createServer(parsing)));
