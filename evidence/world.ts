import { appendFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';

/** What a deploy made of the tools. `removed`: there is no `pay` any more. `changed`: `pay` takes a currency too. */
export type Code = 'same' | 'removed' | 'changed';

/** A call that the scripted model makes. */
export interface ScriptedCall {
  readonly id: string;
  readonly name: 'pay' | 'look';
  readonly input: { readonly amount: number } | { readonly q: string };
}

/** What nobody may pay, whoever approves it. */
export const limit = 100;

export const lookInput: z.ZodObject<{ q: z.ZodString }> = z.object({ q: z.string() });
const payInput: z.ZodObject<{ amount: z.ZodNumber }> = z.object({ amount: z.number().positive() });
/** The old arguments still fit, and mean something that nobody approved. */
const changedPayInput = payInput.extend({ currency: z.string().default('EUR') });

/** The arguments of `pay`, before and after a deploy. */
export function payInputOf(code: Code = 'same'): typeof payInput {
  return code === 'changed' ? changedPayInput : payInput;
}

/** What a client writes in place of the 5 that a person was asked about. */
export const tampered = 50;

/** The default turn: a payment that needs a person, and a look that does not. */
export const payAndLook: readonly ScriptedCall[] = [
  { id: 'call_pay', name: 'pay', input: { amount: 5 } },
  { id: 'call_look', name: 'look', input: { q: 'weather' } },
];

export interface WorldOptions {
  readonly calls?: readonly ScriptedCall[];
  /** A file to which each payment appends a line. */
  readonly charges?: string;
  /** After the payment the process hangs, and says so. */
  readonly hang?: boolean;
}

/** Everything outside the library: what was really paid and looked at, and what the model was sent. */
export class World {
  readonly paid: number[] = [];
  readonly looked: string[] = [];
  /** The requests to the model, as JSON. */
  readonly sent: string[] = [];
  readonly #options: WorldOptions;

  constructor(options: WorldOptions = {}) {
    this.#options = options;
  }

  /** The effect that must not happen twice. It takes a moment, as real ones do. */
  readonly pay = async ({ amount }: { readonly amount: number }): Promise<{ readonly receipt: string }> => {
    await sleep(20);
    this.paid.push(amount);
    if (this.#options.charges !== undefined) appendFileSync(this.#options.charges, `${amount}\n`);
    if (this.#options.hang) await hang();
    return { receipt: `receipt-${amount}` };
  };

  readonly look = async ({ q }: { readonly q: string }): Promise<{ readonly found: string }> => {
    this.looked.push(q);
    return { found: `sunny-${q}` };
  };

  /** The scripted model: it calls its tools once, and is done when it sees a result. */
  turn(request: unknown, hasResult: boolean): { readonly calls: readonly ScriptedCall[] } | { readonly text: string } {
    this.sent.push(JSON.stringify(request));
    return hasResult ? { text: 'done' } : { calls: this.#options.calls ?? payAndLook };
  }

  /** What the model was sent last. */
  get lastSent(): string {
    return this.sent.at(-1) ?? '';
  }
}

/** Tells the parent that the effect is done, and never comes back. */
async function hang(): Promise<never> {
  process.send?.('charged');
  for (;;) await sleep(60_000);
}

/** Texts of an old talk, user and assistant in turn. */
export function oldTexts(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `message ${index} `.padEnd(400, 'with some words in it '));
}
