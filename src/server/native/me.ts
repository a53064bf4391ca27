import type { Who } from '../who.ts';
import { answer } from './operation.ts';
import type { Operation } from './operation.ts';

/** Who the server takes whoever asks for. */
export const meOperations: readonly Operation[] = [
  {
    method: 'GET',
    path: '/me',
    // What `authorize` is asked about; a right is not needed, so that who may only decide learns that.
    action: 'read',
    isForAll: true,
    summary: 'Says who the server takes whoever asks for, and what they may do.',
    gives: { 200: 'Me' },
    handle: ({ who }) => answer(told(who)),
  },
];

/** `authorize` may keep more beside it, which is nobody's to read. */
function told({ principal, tenant, scopes, groups }: Who): Who {
  return { principal, tenant, scopes, ...(groups && { groups }) };
}
