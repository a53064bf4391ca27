// A process of its own: opens the agent in a folder, does one step, tells the parent what came of it.
import { attempt } from './subject.ts';
import type { Agent, Asked, Told } from './subject.ts';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { subjectNamed } from './subjects.ts';
import { World } from './world.ts';

const { subject, folder, charges, step, hang } = JSON.parse(process.argv[2]!);
const { open } = await subjectNamed(subject);
const agent = await open({ folder, world: new World({ charges, hang }) });
/** The client: it keeps what it was shown. */
const client = join(folder, 'client.json');

process.send!(await attempt(take(agent)));
process.exit();

async function take(agent: Agent): Promise<Told> {
  if (step === 'say') {
    const told = await agent.say('Pay 5, and look at the weather.');
    const pay = (await agent.asked()).find(({ name }) => name === 'pay');
    writeFileSync(client, JSON.stringify(pay));
    return told;
  }
  const asked: Asked = JSON.parse(readFileSync(client, 'utf8'));
  return step === 'click' ? agent.click({ asked, type: 'approve' }) : agent.recover({ asked, type: 'approve' });
}
