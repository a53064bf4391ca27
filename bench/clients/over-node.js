// yourcall over `node:http`.
import { nodeFetch } from 'yourcall/node';
import { create as createOver } from './yourcall.js';

export function create(baseURL) {
  return createOver(baseURL, nodeFetch);
}
