import type { Person } from '../../conversation/addressee.ts';
import { ChatError } from '../../conversation/error.ts';
import { userName } from '../user-name.ts';

/** Who sits at the terminal, and whether they are shown theirs alone. */
export interface Persona extends Person {
  readonly isNamed: boolean;
}

/** The options that say who it is. */
export const personaFlags = { as: { type: 'string' }, group: { type: 'string', multiple: true } } as const;

/** What `--help` says of them. */
export const personaUsage: string = `  --as NAME               lists only what is put to this person, and decides by this name. Nobody
                          asks for proof: who can open the threads can be anybody
  --group NAME            a group that they have, which approvers may be named by; as often as needed`;

/** Who it is: by the options, else as the system knows them. */
export function personaOf({
  as,
  group: groups = [],
}: {
  as?: string | undefined;
  group?: string[] | undefined;
}): Persona {
  if (as === '' || groups.includes(''))
    throw new ChatError('invalid-request', `--${as === '' ? 'as' : 'group'} takes a name.`);
  return { by: as ?? userName(), groups, isNamed: as !== undefined || groups.length > 0 };
}
