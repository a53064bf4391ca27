/** Every operation of the native API, by the name that it has here; a test compares them with the server's OpenAPI document. */
export const operations = {
  readMe: 'GET /me',
  createThread: 'POST /threads',
  listThreads: 'GET /threads',
  readThread: 'GET /threads/{thread}',
  readTools: 'GET /threads/{thread}/tools',
  renameThread: 'PATCH /threads/{thread}',
  archiveThread: 'PATCH /threads/{thread}',
  eraseThread: 'DELETE /threads/{thread}',
  retryThread: 'POST /threads/{thread}/retry',
  say: 'POST /threads/{thread}/messages',
  rewind: 'POST /threads/{thread}/rewind',
  readBlob: 'GET /threads/{thread}/blobs/{digest}',
  cancel: 'POST /threads/{thread}/cancel',
  decide: 'POST /threads/{thread}/decisions',
  offerGrants: 'GET /threads/{thread}/calls/{call}/grants',
  grant: 'POST /threads/{thread}/calls/{call}/grants',
  listGrants: 'GET /grants',
  revokeGrant: 'DELETE /grants/{grant}',
  watchThread: 'GET /threads/{thread}/events',
  readInbox: 'GET /inbox',
  watchInbox: 'GET /inbox/events',
  readAudit: 'GET /audit',
  readTrails: 'GET /audit/trails',
  checkAudit: 'GET /audit/check',
  health: 'GET /healthz',
  readiness: 'GET /readyz',
  describe: 'GET /openapi.json',
} as const;

/** The name of an operation. */
export type Operation = keyof typeof operations;
