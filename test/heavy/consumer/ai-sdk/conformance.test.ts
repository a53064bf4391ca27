import { after, describe, test } from 'node:test';
import { modelCases } from 'yourcall/testing';
import type { ModelScenario } from 'yourcall/testing';
import { protocols } from './answers.ts';
import type { Protocol } from './answers.ts';
import { packages } from './packages.ts';
import { replayServer } from './replay-server.ts';
import type { Answer } from './replay-server.ts';

function answerTo(scenario: ModelScenario, protocol: Protocol): Answer {
  const text = protocol.text('Hello you.');
  switch (scenario) {
    case 'text':
      return { body: text };
    case 'call':
      return { body: protocol.call(1, { a: 2, b: 3 }, 'add') };
    case 'cut':
      // The word that the answer is over does not come.
      return {
        body:
          text.slice(0, text.indexOf('Hello you.')) +
          text.slice(text.indexOf('Hello you.')).split('\n\n', 1)[0] +
          '\n\n',
      };
    case 'endless':
      return { body: text.slice(0, text.indexOf('\n\n', text.indexOf('Hello you.')) + 2), pause: 60_000 };
  }
}

describe('what has to be true of every model, over the real package', async () => {
  const server = await replayServer();
  after(() => server.close());
  for (const [name, protocol] of Object.entries(protocols)) {
    describe(name, () => {
      const make = (scenario: ModelScenario) => {
        server.always(answerTo(scenario, protocol));
        return packages[name as keyof typeof protocols](server.url);
      };
      for (const { name: title, run } of modelCases(make)) test(title, run);
    });
  }
});
