export { createNodeFetch, nodeFetch } from './fetch.ts';
export type { NodeFetch, NodeFetchOptions } from './fetch.ts';
