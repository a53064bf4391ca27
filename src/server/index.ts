// Threads over HTTP.
export { createHandler } from './handler.ts';
export type { Handler } from './handler.ts';
export type { HandlerOptions } from './options.ts';
export type { DoorOptions } from './door.ts';
export type { Limits } from './limits.ts';
export type { LogEntry } from './log.ts';
export { logTo } from './logger.ts';
export type { Logger } from './logger.ts';

// Who may do what.
export type { Action, Authorize, Right, Who } from './who.ts';

// What people grant beside their decisions.
export type { GrantingRules, GrantOptions } from './granting.ts';
export type { GrantAnswer, GrantOffer, GrantWish, OfferedRule } from '../conversation/grant-offer.ts';

// Links by which somebody decides without signing in.
export { decisionLinks } from './links/decision-links.ts';
export type { DecisionLinkOptions, DecisionLinks, Linked, LinkRequest, OpenedLink } from './links/decision-links.ts';
export type { Claims } from './links/token.ts';

// Existing front-ends, as they are.
export { agUi } from './ag-ui/index.ts';
export type { AgUiOptions } from './ag-ui/index.ts';
export { aiSdk } from './ai-sdk/index.ts';
export { mcp } from './mcp/index.ts';
export type { McpOptions } from './mcp/options.ts';

// The page in which people talk and decide.
export { consolePages } from './console/index.ts';

// Write a dialect: routes of your own.
export type { Asked, Caller, Dialect, Frame, Route, StreamOptions } from './dialect.ts';
export type { View } from './reader-view.ts';
export { Problem } from './problem.ts';
export type { ProblemCode, ProblemDetails } from './problem.ts';
