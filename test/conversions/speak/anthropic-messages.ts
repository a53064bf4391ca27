import { eventStream, halves } from '../said.ts';
import type { Said } from '../said.ts';

interface Block {
  readonly block: object;
  readonly deltas: readonly object[];
}

/** An answer of Anthropic Messages. */
export function speakMessages(said: Said): string {
  const { breaksOff, calls = [], refusal } = said;
  const message = { id: 'msg_1', type: 'message', role: 'assistant', content: [], model: 'claude-test', usage: {} };
  const events: object[] = [{ type: 'message_start', message }];
  const blocks = blocksOf(said);
  for (const [index, { block, deltas }] of blocks.entries()) {
    events.push({ type: 'content_block_start', index, content_block: block });
    for (const delta of deltas) events.push({ type: 'content_block_delta', index, delta });
    if (!breaksOff || index < blocks.length - 1) events.push({ type: 'content_block_stop', index });
  }
  if (breaksOff) return eventStream(events);
  const reason = calls.length > 0 ? 'tool_use' : 'end_turn';
  const delta = refusal === undefined ? { stop_reason: reason } : refused(refusal);
  events.push({ type: 'message_delta', delta, usage: { output_tokens: 7 } }, { type: 'message_stop' });
  return eventStream(events);
}

function refused(explanation: string): object {
  return { stop_reason: 'refusal', stop_details: { type: 'refusal', category: null, explanation } };
}

function blocksOf({ thought, search, text, calls = [], breaksOff }: Said): readonly Block[] {
  const blocks: Block[] = [];
  if (thought) {
    const pieces = halves(thought.text).map((thinking) => ({ type: 'thinking_delta', thinking }));
    const signed = breaksOff ? [] : [{ type: 'signature_delta', signature: thought.signature }];
    blocks.push({ block: { type: 'thinking', thinking: '', signature: '' }, deltas: [...pieces, ...signed] });
  }
  if (search) {
    const { id, query, found: url, signature: encrypted_content } = search;
    const input = halves(JSON.stringify({ query })).map((partial_json) => ({ type: 'input_json_delta', partial_json }));
    const content = [{ type: 'web_search_result', url, title: 'Found', encrypted_content, page_age: null }];
    const result = { type: 'web_search_tool_result', tool_use_id: id, content };
    blocks.push({ block: { type: 'server_tool_use', id, name: 'web_search', input: {} }, deltas: input });
    blocks.push({ block: result, deltas: [] });
  }
  if (text !== undefined) {
    const pieces = halves(text).map((piece) => ({ type: 'text_delta', text: piece }));
    blocks.push({ block: { type: 'text', text: '' }, deltas: pieces });
  }
  for (const { id, name, input } of calls) {
    const pieces = halves(JSON.stringify(input)).map((partial_json) => ({ type: 'input_json_delta', partial_json }));
    blocks.push({ block: { type: 'tool_use', id, name, input: {} }, deltas: pieces });
  }
  return blocks;
}
