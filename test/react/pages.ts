// Pages of a shop, as somebody writes them who follows the docs.
import { createElement } from 'react';
import type { FunctionComponent, ReactElement } from 'react';
import { textOf } from '../../src/conversation/message.ts';
import type { Message } from '../../src/conversation/message.ts';
import type { ReadView } from '../../src/client/views.ts';
import { useChat, useDecision, useInbox } from '../../src/react/index.ts';
import type { ShownCall } from '../../src/react/index.ts';
import { button, line } from './browser.ts';

/** A message in a line: its texts, and its calls with their states. */
export function outline({ role, parts, pending }: Message & { readonly pending?: { readonly state: string } }): string {
  const calls = parts.flatMap((part) => (part.type === 'tool' ? [`${part.call.name} ${part.call.state}`] : []));
  const said = [textOf({ parts } as Message), ...calls].filter((text) => text !== '').join(' | ');
  return `${role}: ${said}${pending ? ` (${pending.state})` : ''}`;
}

/** A thread with what waits in it. */
export function chatPage(thread: string, initial?: ReadView): FunctionComponent {
  return function ChatPage() {
    const chat = useChat({ thread, ...(initial && { initial }) });
    return createElement('main', null, [
      line('status', `${chat.status} ${chat.connection}`),
      ...chat.messages.map((message) => line('message', outline(message), message.id)),
      button('say', () => chat.send('Pay 50, please.')),
      button('stop', () => chat.stop()),
      ...chat.waiting.approvals.map((call) => createElement(Question, { key: call.id, thread, call })),
    ]);
  };
}

/** What waits for whoever looks. */
export function InboxPage(): ReactElement {
  const { items, connection } = useInbox();
  return createElement('main', null, [
    line('count', `${items?.length ?? 'unknown'} ${connection}`),
    ...(items ?? []).map(({ thread, call }) => createElement(Question, { key: call.id, thread, call })),
  ]);
}

/** A call, and what may be decided about it. */
export function Question({ thread, call }: ShownCall): ReactElement {
  const { offers, decide, isPending, answer } = useDecision({ thread, call });
  return createElement('section', null, [
    line('call', `${call.name}: ${offers.join(' ')}`),
    line('decision', isPending ? 'on its way' : (answer?.type ?? 'open')),
    button('approve', () => decide({ type: 'approve' })),
    button('reject', () => decide({ type: 'reject', reason: 'too much' })),
  ]);
}
