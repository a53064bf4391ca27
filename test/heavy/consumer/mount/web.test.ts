import { tellStories } from './story.ts';
import server from './web.ts';

tellStories('what is exported to Bun and Deno', () => ({
  ask: (path, init) => server.fetch(new Request(`http://localhost${path}`, init)),
}));
