import { blobOperations } from './blobs.ts';
import { decisionOperations } from './decisions.ts';
import { healthOperations } from './health.ts';
import { inboxOperations } from './inbox.ts';
import { meOperations } from './me.ts';
import { messageOperations } from './messages.ts';
import { openApiOf } from './openapi.ts';
import { answer } from './operation.ts';
import type { Operation } from './operation.ts';
import { threadOperations } from './threads.ts';
import { watchOperations } from './watching.ts';

/** The native API: every route of it. */
export const nativeRoutes: readonly Operation[] = [
  ...meOperations,
  ...threadOperations,
  ...messageOperations,
  ...blobOperations,
  ...decisionOperations,
  ...watchOperations,
  ...inboxOperations,
  ...healthOperations,
  {
    method: 'GET',
    path: '/openapi.json',
    summary: 'This document.',
    gives: { 200: 'OpenApi' },
    handle: () => answer(openApiOf(nativeRoutes)),
  },
];
