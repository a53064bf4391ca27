import type { Message, Model, ModelEvent, Part } from 'yourcall';

/** The message that an answer becomes, where every call that was made here is completed. */
export function messageOf(events: readonly ModelEvent[], { provider, id }: Model): Message {
  const parts: Part[] = [];
  const places = new Map<unknown, number>();
  const put = (key: unknown, make: (old: Part | undefined) => Part): void => {
    const place = places.get(key) ?? parts.length;
    places.set(key, place);
    parts[place] = make(parts[place]);
  };
  for (const event of events) {
    if (event.type === 'text' || event.type === 'reasoning') {
      const { type, delta, part, origin } = event;
      put(`${type} ${part}`, (old) => {
        const text = old?.type === type ? old.text + delta : delta;
        return { ...(old?.type === type ? old : undefined), type, text, ...(origin && { origin }) };
      });
    }
    if (event.type === 'part') parts.push(event.value);
    if (event.type === 'call') {
      const { id: providerId, name, arguments: written, providerExecuted, origin } = event;
      const facts = {
        id: `call-${parts.length}`,
        name,
        arguments: written,
        revision: 1,
        ...(providerId !== undefined && { providerId }),
      };
      const call = {
        ...facts,
        state: 'completed',
        output: 'ok',
        ...(providerExecuted && { providerExecuted }),
      } as const;
      put(providerId, () => ({ type: 'tool', call, ...(origin && { origin }) }));
    }
    if (event.type === 'result' && places.has(event.id)) {
      const { id: providerId, origin } = event;
      put(providerId, (old) => (old?.type === 'tool' ? { ...old, ...(origin && { origin }) } : old!));
    }
  }
  return { id: 'answer', role: 'assistant', at: 2, parts, finish: 'stop', model: { provider, id } };
}
