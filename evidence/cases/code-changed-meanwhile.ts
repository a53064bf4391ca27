import { short, verdictOf } from '../case.ts';
import type { Case, Finding } from '../case.ts';
import { onPause } from '../stage.ts';
import { attempt } from '../subject.ts';
import type { Subject } from '../subject.ts';
import { World } from '../world.ts';
import type { Code } from '../world.ts';

/** A deploy took the tool away while its call waited for a person. */
export const toolRemovedMeanwhile: Case = {
  name: 'the tool was removed while it was paused',
  must: 'a typed answer: `tool-missing`, still waiting',
  play: (subject) => afterDeploy(subject, 'removed', 'tool-missing'),
};

/** A deploy gave the tool other arguments while its call waited for a person. */
export const toolChangedMeanwhile: Case = {
  name: 'the tool was changed while it was paused',
  must: 'a typed answer: `tool-changed`, ask again',
  play: (subject) => afterDeploy(subject, 'changed', 'tool-changed'),
};

function afterDeploy(subject: Subject, code: Code, because: string): Promise<Finding> {
  return onPause(subject, {}, async ({ folder, pay }) => {
    const world = new World();
    const agent = await subject.open({ world, folder, code });
    const told = await attempt(agent.click({ asked: pay, type: 'approve' }));
    if (world.paid.length > 0) return { verdict: 'fails', found: 'runs the new code' };
    const { error, end } = told;
    const otherwise = end === 'done' ? 'not paid, the model is told of an error' : end;
    return {
      verdict: verdictOf(end === 'waits' && told.because === because, true),
      found: told.because ?? (error === undefined ? otherwise : short(error)),
    };
  });
}
