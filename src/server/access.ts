import type { ReadThread } from '../runtime/runtime.ts';
import type { Thread } from '../store/thread.ts';
import { Problem } from './problem.ts';
import type { Action, Authorize, Right, Who } from './who.ts';

/** Asks who it is; their answer in our place is handed on. */
export async function identify(request: Request, action: Action, authorize: Authorize): Promise<Who | Response> {
  const who = await authorize(request, action);
  if (who instanceof Response || isWho(who)) return who;
  throw new TypeError('Authorising a request: authorize gave neither a Response nor who it is.');
}

/** Asks whether they may, too. Throws `forbidden` without the right. */
export async function admit(request: Request, action: Action, authorize: Authorize): Promise<Who | Response> {
  const who = await identify(request, action, authorize);
  if (who instanceof Response || who.scopes.includes(action.type)) return who;
  throw new Problem('forbidden', `It takes the right ${JSON.stringify(action.type)}.`);
}

/** Nobody is let in by a mistake: what is not said counts as not known. */
function isWho(who: Who | undefined): who is Who {
  return Boolean(who?.principal) && Boolean(who?.tenant) && Array.isArray(who?.scopes);
}

/** Whether the same person may do this too. */
export async function permits(
  request: Request,
  action: Action,
  { authorize, who }: { readonly authorize: Authorize; readonly who: Who },
): Promise<boolean> {
  const again = await authorize(request, action);
  if (again instanceof Response || !isWho(again)) return false;
  const isSame = again.principal === who.principal && again.tenant === who.tenant;
  return isSame && again.scopes.includes(action.type);
}

/**
 * A thread that is theirs for this: of their tenant (rule X1), and their own or nobody's, unless they look after all threads.
 * Who decides has to see what it is about.
 */
export function isTheirs({ owner }: Pick<Thread, 'owner'>, { principal, scopes }: Who, right: Right): boolean {
  if (owner === undefined || owner === principal || scopes.includes('manage')) return true;
  return (right === 'read' || right === 'decide') && scopes.includes('decide');
}

/** What is there, or a 404 that tells nothing of why not (rule X1). */
export function orMissing(read: ReadThread | undefined): ReadThread {
  if (read) return read;
  throw new Problem('not-found', 'There is no such thread.');
}
