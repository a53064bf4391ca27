import type { Model } from '../../chat/model.ts';
import { chatCompletions } from '../openai/chat/index.ts';
import { createDemoFetch } from './demo-fetch.ts';

/** How the demo speaks. */
export interface DemoOptions {
  /** Milliseconds between the pieces of an answer. Default: 0. */
  readonly pace?: number;
}

/**
 * The built-in demo model: rules, not an AI, and it says so. It needs no key and no network, picks tools by the user's words,
 * and speaks the real Chat Completions wire within this process, so everything behind it is what a real model meets.
 */
export function demo(options: DemoOptions = {}): Model {
  return chatCompletions({
    provider: 'demo',
    model: 'rules-1',
    baseURL: 'http://demo.invalid/v1',
    fetch: createDemoFetch(options),
    quirks: { output: 'none' },
  });
}
