import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Agent, Asked, Setup, Subject } from './subject.ts';
import { World } from './world.ts';
import type { WorldOptions } from './world.ts';

/** What a case plays on: an agent that nobody has spoken to yet, in a folder of its own. */
export interface Stage {
  readonly world: World;
  readonly agent: Agent;
  readonly folder: string;
}

export type StageOptions = WorldOptions & Pick<Setup, 'old'>;

/** Plays on a new stage, and clears it away. */
export async function onStage<T>(
  subject: Subject,
  options: StageOptions,
  play: (stage: Stage) => Promise<T>,
): Promise<T> {
  const { old = 0, ...worldOptions } = options;
  const folder = mkdtempSync(join(tmpdir(), 'yourcall-evidence-'));
  const world = new World(worldOptions);
  try {
    return await play({ world, folder, agent: await subject.open({ world, folder, old }) });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Plays from the moment at which `pay` waits. */
export function onPause<T>(
  subject: Subject,
  options: StageOptions,
  play: (stage: Stage & { readonly pay: Asked }) => Promise<T>,
): Promise<T> {
  return onStage(subject, options, async (stage) => {
    await stage.agent.say('Pay 5, and look at the weather.');
    const pay = (await stage.agent.asked()).find(({ name }) => name === 'pay');
    if (!pay) throw new Error(`${subject.name} did not ask about the payment.`);
    return play({ ...stage, pay });
  });
}
