import { asking, endpoint } from '../connection.ts';
import type { Asking } from '../connection.ts';
import { pathOf } from './connection.ts';
import type { GoogleConnection } from './connection.ts';
import type { GoogleWire } from './quirks.ts';
import { googleRenderer } from './request.ts';
import { GoogleDecoder } from './stream.ts';

/** Asks a model behind `streamGenerateContent`. */
export function googleAsking(wire: GoogleWire, { keyVariable, keyHeaders, connection }: GoogleConnection): Asking {
  const { provider, model, baseURL } = wire;
  const url = endpoint(baseURL, `/${pathOf(model)}:streamGenerateContent`);
  return asking(
    {
      provider,
      model,
      url: `${url}${url.includes('?') ? '&' : '?'}alt=sse`,
      keyVariable,
      keyHeaders,
      request: googleRenderer(wire),
      decoder: (told) => new GoogleDecoder(wire, told),
    },
    connection,
  );
}
