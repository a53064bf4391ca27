import { expectTypeOf, test } from 'vitest';
import { z } from 'zod';
import { Conversation } from '../conversation/conversation.ts';
import { scripted } from '../testing/scripted.ts';
import { createChat } from './chat.ts';
import { tool } from './tool.ts';
import type { Chat } from './types.ts';
import type { ToolContext } from './tool.ts';

const look = tool({ description: 'Look', effect: 'read', run: () => 'found' });
const mail = tool({
  description: 'Mail',
  run: (_: unknown, { context }: ToolContext<{ user: string }>) => context.user,
});
const model = scripted([]);
const conversation = new Conversation();

test('hooks are told the context that the tools want, and know the names of the tools', () => {
  createChat({
    model,
    tools: { look, mail },
    instructions: ({ user }) => user,
    before: ({ context }) => ({ instructions: context.user }),
    step: ({ context, number }) => {
      expectTypeOf(context).toEqualTypeOf<{ user: string }>();
      expectTypeOf(number).toEqualTypeOf<number>();
      return { tools: ['look'] };
    },
    after: (_conversation, _usage, { context }) => void context.user,
  });
  createChat({
    model,
    tools: { look },
    // @ts-expect-error there is no such tool
    step: () => ({ tools: ['loook'] }),
  });
});

test('the end of a run has the type of the output that was asked for', async () => {
  const chat = createChat({ model, tools: { look } });
  const output = z.object({ city: z.string() });
  const end = await chat.complete(conversation, { output });
  if (end.type === 'done') expectTypeOf(end.output).toEqualTypeOf<{ city: string } | undefined>();
  for await (const event of chat.stream(conversation, { output })) {
    if (event.type === 'done') expectTypeOf(event.output).toEqualTypeOf<{ city: string } | undefined>();
  }
});

test('a tool that the model has to call is one of the chat', async () => {
  const chat = createChat({ model, tools: { look }, settings: { toolChoice: { tool: 'look' } } });
  await chat.complete(conversation, { toolChoice: { tool: 'look' } });
  // @ts-expect-error there is no such tool
  await chat.complete(conversation, { toolChoice: { tool: 'loook' } });
  // @ts-expect-error there is no such tool
  for await (const _ of chat.stream(conversation, { settings: { toolChoice: { tool: 'loook' } } }));
  // @ts-expect-error there is no such tool
  createChat({ model, tools: { look }, settings: { toolChoice: { tool: 'loook' } } });
  // @ts-expect-error there is no such tool
  createChat({ model, tools: { look }, step: () => ({ toolChoice: { tool: 'loook' } }) });
  // Who is handed any chat asks of it what any chat can do.
  const any = chat satisfies Chat as Chat;
  await any.complete(conversation, { toolChoice: { tool: 'whatever' } });
});
