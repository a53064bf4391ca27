import type { Route } from './dialect.ts';

/** Where a request leads. */
export type Found =
  | { readonly type: 'route'; readonly route: Route; readonly params: Readonly<Record<string, string>> }
  /** The path is known, the method is not: these are. */
  | { readonly type: 'wrong-method'; readonly methods: readonly string[] }
  /** It is a page, asked for with a slash behind it: there it is, seen from that address. */
  | { readonly type: 'moved'; readonly route: Route; readonly to: string }
  | { readonly type: 'nowhere' };

/** Finds the route of a path; the first that fits. */
export function routesOf(routes: readonly Route[]): (method: string, path: string) => Found {
  const known: readonly Known[] = routes.map((route) => ({ route, pieces: route.path.split('/') }));
  return (method, path) => {
    const given = path.split('/');
    const fitting = known.flatMap(({ route, pieces }) => {
      const params = paramsOf(pieces, given);
      return params ? [{ route, params }] : [];
    });
    const found = fitting.find(({ route }) => route.method === method);
    if (found) return { type: 'route', ...found };
    if (fitting.length === 0) return movedIn(known, method, given);
    return { type: 'wrong-method', methods: fitting.map(({ route }) => route.method) };
  };
}

interface Known {
  readonly route: Route;
  readonly pieces: readonly string[];
}

/** A page is where its own script and form are looked for from, so that a slash leads there instead of showing it. */
function movedIn(known: readonly Known[], method: string, given: readonly string[]): Found {
  const without = given.at(-1) === '' ? given.slice(0, -1) : [];
  const page = known.find(
    ({ route, pieces }) => route.isPage && route.method === method && paramsOf(pieces, without) !== undefined,
  );
  // Relative, since a proxy may have taken away what stands before the path.
  return page ? { type: 'moved', route: page.route, to: `../${without.at(-1)}` } : { type: 'nowhere' };
}

function paramsOf(pieces: readonly string[], given: readonly string[]): Record<string, string> | undefined {
  if (pieces.length !== given.length) return undefined;
  const params: Record<string, string> = {};
  for (const [index, piece] of pieces.entries()) {
    const value = decoded(given[index]!);
    if (!piece.startsWith(':')) {
      if (piece !== value) return undefined;
    } else if (value) params[piece.slice(1)] = value;
    else return undefined;
  }
  return params;
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
