import type { Model } from '../../chat/model.ts';
import { endpoint, wireModel } from '../connection.ts';
import { connectionOf, pathOf } from './connection.ts';
import type { GoogleOptions } from './connection.ts';
import { capabilitiesOf, quirksOf } from './quirks.ts';
import type { GoogleWire } from './quirks.ts';
import { googleRenderer } from './request.ts';
import { GoogleDecoder } from './stream.ts';

/** A model behind `streamGenerateContent`. */
export function generateContent(model: string, options: GoogleOptions = {}): Model {
  const provider = 'google';
  const { baseURL, keyVariable, keyHeaders, connection } = connectionOf(options);
  const wire: GoogleWire = { provider, model, baseURL, quirks: { ...quirksOf(model, baseURL), ...options.quirks } };
  const url = endpoint(baseURL, `/${pathOf(model)}:streamGenerateContent`);
  return wireModel(
    {
      provider,
      model,
      url: `${url}${url.includes('?') ? '&' : '?'}alt=sse`,
      keyVariable,
      keyHeaders,
      capabilities: capabilitiesOf(wire.quirks),
      request: googleRenderer(wire),
      decoder: (told) => new GoogleDecoder(wire, told),
    },
    connection,
  );
}
