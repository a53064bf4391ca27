import type { Model } from '../../chat/model.ts';
import { ChatError } from '../../conversation/error.ts';
import { Breaker } from './breaker.ts';
import type { BreakerOptions, RouterMember, RouterOptions } from './options.ts';

/** A member as the router holds it. */
export interface Member {
  readonly model: Model;
  readonly weight: number;
  readonly breaker: Breaker;
  /** `openai/gpt-5`. */
  readonly name: string;
}

/** Checks a configuration. Throws `ChatError` `invalid-request`, which names what is wrong. */
export function membersOf(given: readonly (Model | RouterMember)[], options: RouterOptions): readonly Member[] {
  checkOptions(options);
  if (given.length === 0) throw wrong('it has no members');
  const members = given.map((one, place) => memberOf(one, place, options));
  const twice = members.find(({ model }, place) => members.findIndex((other) => other.model === model) < place);
  if (twice) throw wrong(`${twice.name} is a member twice`);
  if (members.every(({ weight }) => weight === 0)) throw wrong('the weight of every member is 0');
  return members;
}

/** The error of a configuration that makes no sense. */
export function wrong(what: string): ChatError {
  return new ChatError('invalid-request', `Making a router: ${what}.`);
}

function memberOf(given: Model | RouterMember, place: number, options: RouterOptions): Member {
  const { model, weight }: RouterMember = 'stream' in given ? { model: given } : given;
  if (typeof model?.stream !== 'function') throw wrong(`member ${place + 1} is not a model`);
  const name = `${model.provider}/${model.id}`;
  if (weight !== undefined) {
    if (!(weight >= 0 && weight < Infinity)) throw wrong(`the weight of ${name} is ${weight}`);
    if (![options.strategy].flat().includes('weighted')) throw wrong(`${name} has a weight, but no strategy weighs`);
  }
  return { model, weight: weight ?? 1, breaker: new Breaker(options), name };
}

const strategies = ['order', 'weighted', 'capability'];

function checkOptions({ strategy = 'order', breaker, maxRetries }: RouterOptions): void {
  const chosen = [strategy].flat();
  if (chosen.length === 0) throw wrong('its list of strategies is empty');
  const unknown = chosen.find((one) => typeof one !== 'function' && !strategies.includes(one));
  if (unknown !== undefined) {
    throw wrong(`there is no strategy ${JSON.stringify(unknown)}, only ${strategies.join(', ')} or a function`);
  }
  if (breaker) checkBreaker(breaker);
  if (maxRetries !== undefined && !isCount(maxRetries)) throw wrong(`maxRetries is ${maxRetries}`);
}

function checkBreaker({ failures = 1, cooldown = 0 }: BreakerOptions): void {
  if (!isCount(failures) || failures === 0) throw wrong(`breaker.failures is ${failures}`);
  if (!(cooldown >= 0 && cooldown < Infinity)) throw wrong(`breaker.cooldown is ${cooldown}`);
}

function isCount(value: number): boolean {
  return Number.isInteger(value) && value >= 0;
}
