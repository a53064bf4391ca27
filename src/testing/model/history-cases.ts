import { ChatError } from '../../conversation/error.ts';
import type { Message } from '../../conversation/message.ts';
import type { ModelCase, ModelUnderTest } from './case.ts';
import { begunElsewhere, declaredTool, saying, showingFiles, userFiles } from './requests.ts';
import { answerOf, contentOf } from './stream.ts';

/** Which conversations a model takes. */
export function historyCases(model: ModelUnderTest): readonly ModelCase[] {
  const { deterministic = true } = model.options;
  return [
    { name: 'a conversation that another model began goes on', run: () => goesOn(model) },
    { name: 'a file in the result of a tool does not end the conversation', run: () => showsFiles(model) },
    { name: 'a file of the user is sent, or refused as unsupported', run: () => takesOrRefuses(model) },
    ...(deterministic
      ? [{ name: 'what it keeps of a conversation changes no answer', run: () => keepsRightly(model) }]
      : []),
  ];
}

/** Signatures, ids and calls of somebody else, an answer that was cut, one that says nothing. */
async function goesOn(model: ModelUnderTest): Promise<void> {
  await answers(model, begunElsewhere(model.words.text), 'after another model');
}

async function showsFiles(model: ModelUnderTest): Promise<void> {
  await answers(model, showingFiles(model.words.text), 'after a result with files');
}

async function answers({ make }: ModelUnderTest, messages: readonly Message[], when: string): Promise<void> {
  const events = await answerOf(await make('text'), saying('', { messages, tools: [declaredTool] }));
  if (events.at(-1)?.type !== 'finish') throw new Error(`${when} there is no finish`);
}

async function takesOrRefuses({ make, words }: ModelUnderTest): Promise<void> {
  for (const file of userFiles) {
    const { mediaType, source } = file;
    const parts = [{ type: 'text', text: words.text } as const, file];
    try {
      await answerOf(await make('text'), saying('', { messages: [{ id: 'words', role: 'user', parts, at: 1 }] }));
    } catch (error) {
      if (error instanceof ChatError && error.code === 'unsupported') continue;
      throw new Error(`of ${mediaType} by ${source.type} it says ${String(error)}`, { cause: error });
    }
  }
}

/** The same conversation longer, shorter, with other instructions: each answer is that of a model which kept nothing. */
async function keepsRightly({ make, words }: ModelUnderTest): Promise<void> {
  const model = await make('text');
  const kept = new Map<unknown, unknown>();
  const all = begunElsewhere(words.text);
  const alone = [all.at(-1)!];
  const requests = [
    { messages: alone },
    { messages: all },
    { messages: all, tools: [declaredTool] },
    { messages: all.slice(0, 1), instructions: 'Be brief.' },
    { messages: all },
  ];
  for (const request of requests) {
    const [fresh, again] = [
      await answerOf(model, saying('', request)),
      await answerOf(model, saying('', { ...request, kept })),
    ];
    if (contentOf(fresh) !== contentOf(again)) {
      throw new Error(
        `it said ${JSON.stringify(contentOf(again))} where it would say ${JSON.stringify(contentOf(fresh))}`,
      );
    }
  }
}
