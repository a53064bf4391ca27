import { eventStream, halves } from '../said.ts';
import type { Said } from '../said.ts';

/** An answer of Chat Completions. */
export function speakChat({ thought, text = '', calls = [], image, refusal, breaksOff }: Said): string {
  const deltas: object[] = [{ role: 'assistant', content: '' }];
  for (const piece of halves(thought?.text ?? '')) deltas.push({ reasoning_content: piece });
  for (const piece of halves(text)) deltas.push({ content: piece });
  if (image !== undefined) deltas.push({ images: [{ image_url: { url: `data:image/png;base64,${image}` } }] });
  for (const [index, { id, name, input, signature }] of calls.entries()) {
    const extra = signature === undefined ? {} : { extra_content: { google: { thought_signature: signature } } };
    const [first, ...rest] = halves(JSON.stringify(input));
    deltas.push({ tool_calls: [{ index, id, type: 'function', function: { name, arguments: first }, ...extra }] });
    for (const piece of rest) deltas.push({ tool_calls: [{ index, function: { arguments: piece } }] });
  }
  if (refusal !== undefined) deltas.push({ refusal });
  const chunk = { id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1, model: 'gpt-test' };
  const chunks: object[] = deltas.map((delta) => ({ ...chunk, choices: [{ index: 0, delta, finish_reason: null }] }));
  if (breaksOff) return eventStream(chunks);
  const finish_reason = calls.length > 0 ? 'tool_calls' : 'stop';
  return `${eventStream([...chunks, { ...chunk, choices: [{ index: 0, delta: {}, finish_reason }] }])}data: [DONE]\n\n`;
}
