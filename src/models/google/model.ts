import type { Model } from '../../chat/model.ts';
import { lateCode } from '../late-code.ts';
import { lateModel } from '../late-model.ts';
import { connectionOf } from './connection.ts';
import type { GoogleOptions } from './connection.ts';
import { capabilitiesOf, quirksOf } from './quirks.ts';
import type { GoogleWire } from './quirks.ts';

/** A model behind `streamGenerateContent`. */
export function generateContent(model: string, options: GoogleOptions = {}): Model {
  const provider = 'google';
  const server = connectionOf(options);
  const { baseURL } = server;
  const wire: GoogleWire = { provider, model, baseURL, quirks: { ...quirksOf(model, baseURL), ...options.quirks } };
  const told = { provider, model, maxRetries: options.maxRetries, capabilities: capabilitiesOf(wire.quirks) };
  return lateModel(told, code, ({ googleAsking }) => googleAsking(wire, server));
}

const code = lateCode(() => import('./asking.ts'));
