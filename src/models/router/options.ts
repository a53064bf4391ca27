import type { Model, ModelRequest } from '../../chat/model.ts';
import type { ChatError } from '../../conversation/error.ts';

/** A model, and its share among others. */
export interface RouterMember {
  readonly model: Model;
  /** Its share of the requests under the strategy `weighted`; with 0 it is asked when all others failed. Default: 1. */
  readonly weight?: number;
}

/**
 * Who is asked, and in which order: as the members stand (`order`), by chance and weight anew for each request
 * (`weighted`), those that are not declared unfit for the request (`capability`), or as a function says.
 */
export type Strategy = 'order' | 'weighted' | 'capability' | Route;

/** Gives the models to ask, in this order; the others are not asked. `request.messages` is the conversation. */
export type Route = (models: readonly Model[], request: ModelRequest) => readonly Model[] | Promise<readonly Model[]>;

/** How a router chooses, and what it does when a member fails. */
export interface RouterOptions {
  /** One strategy, or several, each of which is given what the one before left. Default: `order`. */
  readonly strategy?: Strategy | readonly Strategy[];
  /**
   * Whether another member is asked after an error. `usual` is what is done by default: yes for rate limits, overload,
   * failures of the server, network and timeouts, for cut and broken answers, and for what this model cannot take
   * (`unsupported`, `context-length`); no for everything else.
   */
  readonly fallback?: (error: ChatError, usual: boolean) => boolean;
  /**
   * Whether an answer that broke after it had begun begins anew at another member; what was told is withdrawn by a
   * `reset` event. Default: false, the error is told and what came is kept.
   */
  readonly restart?: boolean;
  /** When a member that fails is left alone; `false`: never. */
  readonly breaker?: BreakerOptions | false;
  /** How often the loop makes a failed call again, through all members. Default: the most that a member has. */
  readonly maxRetries?: number;
  /** Names the router in the stored answer until a member ends it. Default: the names of its members. */
  readonly id?: string;
  /** Milliseconds since the epoch. Default: `Date.now`. */
  readonly now?: () => number;
  /** From 0 to 1, for `weighted`. Default: `Math.random`. */
  readonly random?: () => number;
}

/** When a member that fails is left alone. One that says when to come back (`retryAfter`) is left alone until then. */
export interface BreakerOptions {
  /** After so many failures in a row. Default: 3. */
  readonly failures?: number;
  /** Milliseconds until one request, and no other, tries it again. Default: 30,000. */
  readonly cooldown?: number;
}
