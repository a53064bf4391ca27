import { halves } from '../said.ts';
import type { Said } from '../said.ts';

/** An answer of Ollama. It refuses in plain words. */
export function speakOllama({ thought, text = '', calls = [], refusal = '', breaksOff }: Said): string {
  const messages: object[] = [];
  for (const thinking of halves(thought?.text ?? '')) messages.push({ content: '', thinking });
  for (const content of [...halves(text), ...halves(refusal)]) messages.push({ content });
  for (const { id, name, input } of calls) {
    messages.push({ content: '', tool_calls: [{ id, function: { name, arguments: input } }] });
  }
  const lines: object[] = messages.map((message) => ({ message: { role: 'assistant', ...message }, done: false }));
  if (!breaksOff) lines.push({ message: { role: 'assistant', content: '' }, done: true, done_reason: 'stop' });
  return lines.map((line) => `${JSON.stringify({ model: 'llama-test', ...line })}\n`).join('');
}
