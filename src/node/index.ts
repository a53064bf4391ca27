export { createNodeFetch, nodeFetch } from './fetch.ts';
export type { NodeFetch, NodeFetchOptions } from './fetch.ts';
export { toNodeListener } from './listener.ts';
export type { ListenerOptions, NodeRequest, NodeResponse } from './listener.ts';
