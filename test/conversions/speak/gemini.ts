import { eventStream, halves } from '../said.ts';
import type { Said } from '../said.ts';

/** An answer of Gemini. Its search is code that it runs; what it refuses it blocks, with a word on why. */
export function speakGemini({ thought, search, text = '', image, calls = [], refusal, breaksOff }: Said): string {
  const parts: object[] = [];
  if (thought) {
    for (const piece of halves(thought.text)) parts.push({ text: piece, thought: true });
    if (!breaksOff) parts.push({ text: '', thought: true, thoughtSignature: thought.signature });
  }
  if (search) {
    const code = `print(${JSON.stringify(search.query)})`;
    parts.push({ executableCode: { language: 'PYTHON', code }, thoughtSignature: search.signature });
    parts.push({ codeExecutionResult: { outcome: 'OUTCOME_OK', output: search.found } });
  }
  for (const piece of halves(text)) parts.push({ text: piece });
  if (image !== undefined) parts.push({ inlineData: { mimeType: 'image/png', data: image } });
  for (const { id, name, input: args, signature: thoughtSignature } of calls) {
    parts.push({ functionCall: { id, name, args }, thoughtSignature });
  }
  const chunks: object[] = parts.map((part) => ({
    candidates: [{ content: { role: 'model', parts: [part] }, index: 0 }],
  }));
  if (breaksOff) return eventStream(chunks);
  const finish = refusal === undefined ? { finishReason: 'STOP' } : { finishReason: 'SAFETY', finishMessage: refusal };
  const last = { content: { role: 'model', parts: [{ text: '' }] }, index: 0, ...finish };
  return eventStream([...chunks, { candidates: [last], modelVersion: 'gemini-test' }]);
}
