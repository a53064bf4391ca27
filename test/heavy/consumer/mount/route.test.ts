// As Next documents it: an export a method, called with its own kind of request and the pieces of the path.
import * as route from './route.ts';
import { tellStories } from './story.ts';

type Method = keyof typeof route;
type RouteHandler = (
  request: NextRequest,
  context: { params: Promise<{ path: string[] }> },
) => Response | Promise<Response>;

class NextRequest extends Request {
  readonly nextUrl = new URL(this.url);
}

const handlers: Readonly<Record<Method, RouteHandler>> = route;

tellStories('a route of Next', () => ({
  async ask(path, init = {}) {
    const request = new NextRequest(`http://localhost:3000${path}`, init);
    const [, ...pieces] = request.nextUrl.pathname.split('/').slice(2);
    // It answers HEAD with what is exported for GET.
    const method = (request.method === 'HEAD' ? 'GET' : request.method) as Method;
    return handlers[method](request, { params: Promise.resolve({ path: pieces }) });
  },
}));
