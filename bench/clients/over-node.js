// yourcall over `node:http`.
import { nodeFetch } from 'yourcall/node';
import { over as overFetch } from './yourcall.js';

export function over(wire) {
  return overFetch(wire, nodeFetch);
}
