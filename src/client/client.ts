import { apiOf } from './api.ts';
import type { Api } from './api.ts';
import type { ClientOptions } from './options.ts';
import { requesterOf } from './request.ts';

/** A server of threads, as a page sees it. */
export type Client = Api;

/**
 * Makes a client of the native API of `yourcall/server`, for a browser or anything else that has `fetch`.
 *
 * @example
 * const client = createClient({ url: '/api', headers: { authorization: `Bearer ${token}` } });
 * const { id } = await client.createThread();
 */
export function createClient(options: ClientOptions): Client {
  return apiOf(requesterOf(options), options);
}
