import { auditOperations } from './audit.ts';
import { blobOperations } from './blobs.ts';
import { decisionOperations } from './decisions.ts';
import { grantOperations } from './grants.ts';
import { healthOperations } from './health.ts';
import { inboxOperations } from './inbox.ts';
import { meOperations } from './me.ts';
import { messageOperations } from './messages.ts';
import { openApiOf } from './openapi.ts';
import { answer } from './operation.ts';
import type { Operation } from './operation.ts';
import { threadOperations } from './threads.ts';
import { watchOperations } from './watching.ts';

/** The native API: every route of it. Audit trails are verified under the secret, where there is one. */
export function nativeRoutesOf({ auditSecret }: { readonly auditSecret?: string | undefined }): readonly Operation[] {
  const routes: readonly Operation[] = [
    ...meOperations,
    ...threadOperations,
    ...messageOperations,
    ...blobOperations,
    ...decisionOperations,
    ...grantOperations,
    ...watchOperations,
    ...inboxOperations,
    ...auditOperations(auditSecret),
    ...healthOperations,
    {
      method: 'GET',
      path: '/openapi.json',
      summary: 'This document.',
      gives: { 200: 'OpenApi' },
      handle: () => answer(openApiOf(routes)),
    },
  ];
  return routes;
}
