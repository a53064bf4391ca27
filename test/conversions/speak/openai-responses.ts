import { eventStream, halves } from '../said.ts';
import type { Said } from '../said.ts';

type Item = Readonly<Record<string, unknown>>;

/** An answer of Responses. Its words come in pieces, everything else with the end of its item. */
export function speakResponses(said: Said): string {
  const events: object[] = [{ type: 'response.created', ...answer('in_progress') }];
  for (const [output_index, item] of itemsOf(said).entries()) {
    events.push({ type: 'response.output_item.added', output_index, item: { ...item, content: [] } });
    const place = { output_index, item_id: item['id'], content_index: 0 };
    for (const delta of textIn(item)) events.push({ type: 'response.output_text.delta', ...place, delta });
    if (item['status'] !== 'incomplete') events.push({ type: 'response.output_item.done', output_index, item });
  }
  if (!said.breaksOff) events.push({ type: 'response.completed', ...answer('completed') });
  return eventStream(events);
}

function answer(status: string): object {
  return { response: { id: 'resp_1', object: 'response', status, model: 'gpt-test', output: [] } };
}

function itemsOf({ thought, search, text, image, calls = [], refusal, breaksOff }: Said): readonly Item[] {
  const items: Item[] = [];
  const status = 'completed';
  if (thought) {
    const summary = [{ type: 'summary_text', text: thought.text }];
    items.push({ type: 'reasoning', id: 'rs_1', summary, encrypted_content: thought.signature });
  }
  if (search) {
    const action = { type: 'search', query: search.query, sources: [{ type: 'url', url: search.found }] };
    items.push({ type: 'web_search_call', id: search.id, status, action });
  }
  if (text !== undefined) {
    const content = [{ type: 'output_text', text, annotations: search ? [cited(search.found)] : [] }];
    items.push(message({ status: breaksOff ? 'incomplete' : status, content }));
  }
  if (image !== undefined) items.push({ type: 'image_generation_call', id: 'ig_1', status, result: image });
  for (const [index, { id, name, input }] of calls.entries()) {
    items.push({
      type: 'function_call',
      id: `fc_${index}`,
      call_id: id,
      name,
      arguments: JSON.stringify(input),
      status,
    });
  }
  if (refusal !== undefined) items.push(message({ status, content: [{ type: 'refusal', refusal }] }));
  return items;
}

function message(more: Item): Item {
  return { type: 'message', id: 'msg_1', role: 'assistant', ...more };
}

function cited(url: string): object {
  return { type: 'url_citation', url, title: 'Found', start_index: 0, end_index: 4 };
}

function textIn({ content }: Item): readonly string[] {
  const [first] = (Array.isArray(content) ? content : []) as readonly { text?: string }[];
  return halves(first?.text ?? '');
}
