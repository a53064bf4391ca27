import { describe, expect, test } from 'vitest';
import { compare } from './compared.ts';
import type { Circumstances } from './compared.ts';
import type { Said } from './said.ts';

const around: Circumstances = {
  wire: 'anthropic-messages',
  provider: 'anthropic',
  refused: false,
  failed: false,
  takenOut: false,
  given: ['c1'],
};

const said: Said = {
  text: 'I look.',
  thinking: 'Hm.',
  signatures: ['c2lnbmVk'],
  calls: [{ id: 'c1', name: 'look', arguments: '{"q":1}' }],
  provider: [{ type: 'search', id: 's1' }],
  results: [{ id: 'c1', output: 'seen' }],
};

function verdicts(changed: Partial<Said>, circumstances: Partial<Circumstances> = {}): readonly string[] {
  const compared = compare({ ...said, ...changed }, said, { ...around, ...circumstances });
  return compared.map(({ kind, verdict }) => `${kind}: ${verdict}`).filter((line) => !line.endsWith(': identical'));
}

describe('what goes back', () => {
  test('is identical, also where arguments are written in another way', () => {
    expect(verdicts({})).toEqual([]);
    expect(verdicts({ calls: [{ id: 'c1', name: 'look', arguments: { q: 1 } }] })).toEqual([]);
  });

  test('and is not as it was is found, whatever it is', () => {
    expect(verdicts({ text: 'I looked.' })).toEqual(['text: different']);
    expect(verdicts({ text: '' })).toEqual(['text: different']);
    expect(verdicts({ thinking: '' })).toEqual(['thinking: different']);
    expect(verdicts({ signatures: [] })).toEqual(['signatures: different']);
    expect(verdicts({ signatures: ['c2lnbmVkIQ'] })).toEqual(['signatures: different']);
    expect(verdicts({ calls: [] })).toEqual(['calls: different']);
    expect(verdicts({ calls: [...said.calls, ...said.calls] })).toEqual(['calls: different']);
    expect(verdicts({ calls: [{ id: 'c1', name: 'look', arguments: '{"q":2}' }] })).toEqual(['calls: different']);
    expect(verdicts({ calls: [{ id: 'c2', name: 'look', arguments: '{"q":1}' }] })).toEqual(['calls: different']);
    expect(verdicts({ calls: [{ id: 'c1', name: 'peek', arguments: '{"q":1}' }] })).toEqual(['calls: different']);
    expect(verdicts({ provider: [] })).toEqual(['provider: different']);
    expect(verdicts({ provider: [{ type: 'search', id: 's2' }] })).toEqual(['provider: different']);
    expect(verdicts({ results: [{ id: 'c1', output: 'gone' }] })).toEqual(['results: different']);
    expect(verdicts({ results: [{ id: 'c2', output: 'seen' }] })).toEqual(['results: different']);
  });

  test('may lack thinking in clear where no server asks for it, and only there', () => {
    const wire = 'openai-chat';
    expect(verdicts({ thinking: '' }, { wire, provider: 'groq' })).toEqual(['thinking: thinking']);
    expect(verdicts({ thinking: '' }, { wire, provider: 'deepseek' })).toEqual(['thinking: different']);
    expect(verdicts({ thinking: '' }, { wire: 'openai-responses' })).toEqual(['thinking: different']);
    expect(verdicts({ thinking: 'Ha.' }, { wire, provider: 'groq' })).toEqual(['thinking: different']);
  });

  test('may have an id of its own only where the answer gave none that can go back', () => {
    const calls = [{ id: 'made', name: 'look', arguments: '{"q":1}' }];
    expect(verdicts({ calls }, { given: [undefined] })).toEqual(['calls: ids']);
    expect(verdicts({ calls }, { wire: 'openai-chat', given: ['x'.repeat(41)] })).toEqual(['calls: shape']);
    expect(verdicts({ calls }, { wire: 'openai-chat', given: ['x'.repeat(40)] })).toEqual(['calls: different']);
  });
});
