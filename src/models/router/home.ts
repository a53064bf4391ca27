import type { Model } from '../../chat/model.ts';
import type { Message } from '../../conversation/message.ts';
import type { Part } from '../../conversation/part.ts';

/** A model that stands for others: a router. */
interface Group {
  readonly members?: readonly Model[];
}

/**
 * The models in the order in which they are asked between a call and its result, or in a turn that the provider paused
 * (rule W2): whose call it is, then those of the same provider, then the others. In any other place, as they are.
 * A call that its provider may run now goes to no other (rule W3).
 * Who spoke last stands in the messages, so every process knows it.
 */
export function homeFirst(
  chosen: readonly Model[],
  all: readonly Model[],
  messages: readonly Message[],
): readonly Model[] {
  const last = messages.findLast(holdsApproved) ?? messages.findLast(({ role }) => role === 'assistant');
  if (!last || !(last.finish === 'pause-turn' || last.parts.some(isOpen))) return chosen;
  const near = new Map(all.map((model) => [model, nearness(model, last)]));
  const nearest = Math.max(...near.values());
  if (nearest === 0) return chosen;
  // Whose call it is may well be left out by a strategy that would begin elsewhere.
  const home = [...chosen, ...all].find((model) => near.get(model) === nearest)!;
  const rest = chosen.filter((model) => model !== home);
  const same = [home, ...rest.filter((model) => near.get(model)! > 0)];
  return carriesApproval(messages) ? same : [...same, ...rest.filter((model) => near.get(model) === 0)];
}

/** Whether a request lets a provider run a call of its own: then it is made again only when it was refused unprocessed (rule W3). */
export function carriesApproval(messages: readonly Message[]): boolean {
  return messages.some(holdsApproved);
}

/** An approved call was started when its provider is told that it may run it. */
function holdsApproved({ parts }: Message): boolean {
  return parts.some(
    (part) => part.type === 'tool' && part.call.needsApproval === true && part.call.state === 'running',
  );
}

/** Whether what follows a part belongs to the same turn: a call of ours, or one that the provider waits with. */
function isOpen(part: Part): boolean {
  return part.type === 'tool' && (!part.call.providerExecuted || part.call.state !== 'completed');
}

/** 0 for another provider, 3 for the very model. Providers call a model by the name of its version, `gpt-5-2025-08-07`. */
function nearness(model: Model, message: Message): number {
  const { members } = model as Group;
  if (members) return Math.max(...members.map((member) => nearness(member, message)));
  const origins = message.parts.flatMap((part) => ('origin' in part && part.origin ? [part.origin] : []));
  const names = [...origins.map((origin) => ({ provider: origin.provider, id: origin.model })), message.model];
  const own = names.flatMap((name) => (name?.provider === model.provider ? [name.id] : []));
  if (own.includes(model.id)) return 3;
  if (own.some((id) => id.startsWith(model.id))) return 2;
  return own.length > 0 ? 1 : 0;
}
