import { childOf } from './handed-out.ts';
import type { Message } from './message.ts';
import { isOpen } from './requirement.ts';
import type { Requirement } from './requirement.ts';
import type { ToolCall } from './tool-call.ts';

/** Somebody who may decide: by their name, or as one of a group. */
export interface Person {
  /** Absent: nobody knows who it is. */
  readonly by?: string | undefined;
  /** What approvers may also be named by: groups and roles that this person has. */
  readonly groups?: readonly string[] | undefined;
}

/** Whom a call that waits is put to. */
export interface Addressee {
  /** A person or a group; absent: anybody. */
  readonly name?: string;
  /** Who asked for the call, where they may not decide; null when that is not known. */
  readonly not?: string | null;
}

/** Whom a call is put to that follows from a word of this person; nobody when it waits for nobody (rules D7, X1). */
export function addresseesOf(call: ToolCall, requester: string | undefined): readonly Addressee[] {
  switch (call.state) {
    case 'awaiting-approval':
    case 'snoozed':
    case 'deferred': {
      const open = demandsOn(call);
      return open.length === 0 ? anybody : open.flatMap((one) => addresseesOfDemand(one, requester));
    }
    case 'in-doubt': {
      const named = (call.requirements ?? []).flatMap(({ approvers }) => (approvers ? [approvers] : []));
      return named.length === 0 ? anybody : named.flat().map((name) => ({ name }));
    }
    case 'awaiting-result':
    case 'awaiting-input':
      // A thread of its own has the answer, and those who are asked there are asked there.
      if (childOf(call)) return [];
      // What is not for approvers to say is for whom the model speaks with.
      return requester === undefined ? anybody : [{ name: requester }];
    default:
      return [];
  }
}

/** Whom a requirement is put to. */
export function addresseesOfDemand(
  { approvers, notBy }: Requirement,
  requester: string | undefined,
): readonly Addressee[] {
  const not = notBy === 'requester' ? { not: requester ?? null } : {};
  return approvers ? approvers.map((name) => ({ name, ...not })) : [not];
}

/** Whether this person is meant. Who is not known cannot be told apart from whoever may not decide. */
export function isAddressed({ name, not }: Addressee, { by, groups = [] }: Person): boolean {
  if (not !== undefined && (by === undefined || by === not)) return false;
  return name === undefined || name === by || groups.includes(name);
}

/** What is still demanded of people before a call may run. */
export function demandsOn(call: ToolCall): readonly Requirement[] {
  const all = call.requirements ?? [];
  // A call whose tool is missing was approved already: who might do that may still decide about it.
  return 'because' in call && call.because === 'tool-missing' ? all : all.filter(isOpen);
}

/** Whose word the calls of a message follow from: the author of the last thing a user had said before it. */
export function requesterIn(messages: readonly Message[], at: number): string | undefined {
  for (let place = at - 1; place >= 0; place -= 1) if (messages[place]!.role === 'user') return messages[place]!.author;
  return undefined;
}

const anybody: readonly Addressee[] = [{}];
