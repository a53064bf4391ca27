import type { Route } from '../dialect.ts';

/** The native API: every route of it. */
export const nativeRoutes: readonly Route[] = [];
