import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, test } from 'vitest';
import { z } from 'zod';
import { createChat } from '../chat/chat.ts';
import type { Model } from '../chat/model.ts';
import { scoped, tool } from '../chat/tool.ts';
import { Conversation } from '../conversation/conversation.ts';
import type { Json } from '../conversation/json.ts';
import { scripted } from '../testing/scripted.ts';
import type { Condition, Rule, RuleDecision } from '../conversation/rule.ts';
import { rulesFrom } from './rules.ts';

const root = realpathSync(mkdtempSync(join(tmpdir(), 'yourcall-rules-')));
for (const folder of ['docs/deep', 'docs/.hidden', 'secrets', 'Apps'])
  mkdirSync(join(root, folder), { recursive: true });
writeFileSync(join(root, 'secrets/key'), '');
symlinkSync('../secrets', join(root, 'docs/door'));
symlinkSync('../secrets/new', join(root, 'docs/dangling'));
symlinkSync('circle', join(root, 'docs/circle'));
symlinkSync('docs', join(root, 'papers'));
symlinkSync('deep', join(root, 'docs/inner'));
afterAll(() => rmSync(root, { recursive: true }));

const noon = Date.parse('2030-05-01T12:00:00Z');

function decide(rules: readonly Rule[], input: unknown, name = 't'): RuleDecision {
  return rulesFrom({ version: 1, rules }, { root, now: () => noon }).explain({ name, input }).decision;
}

const allow = (when: Rule['when']): Rule => ({ decision: 'allow', tool: 't', ...(when && { when }) });
const deny = (when: Rule['when']): Rule => ({ decision: 'deny', tool: 't', ...(when && { when }) });

describe('a path that is allowed', () => {
  const inDocs = [allow({ path: './docs/**' })];
  test.each([
    ['docs/a.md', 'allow'],
    ['./docs/a.md', 'allow'],
    ['docs', 'allow'],
    ['docs/', 'allow'],
    ['docs//a.md', 'allow'],
    ['docs/./a.md', 'allow'],
    ['docs/deep/../a.md', 'allow'],
    [`${root}/docs/a.md`, 'allow'],
    ['papers/a.md', 'allow'],
    ['docs/inner/a.md', 'allow'],
    ['docs/nowhere/yet/a.md', 'allow'],
    ['docs/ünïcödé.md', 'allow'],
    // Out of the folder.
    ['docs/../secrets/key', 'ask'],
    ['docs/..', 'ask'],
    ['../docs/a.md', 'ask'],
    ['docs/../../docs/a.md', 'ask'],
    [`${root}/docs/../secrets/key`, 'ask'],
    ['docsx/a.md', 'ask'],
    ['/docs/a.md', 'ask'],
    // Through links.
    ['docs/door', 'ask'],
    ['docs/door/key', 'ask'],
    ['docs/door/../docs/a.md', 'allow'],
    ['docs/door/../key', 'ask'],
    ['docs/door/..', 'ask'],
    ['docs/dangling', 'ask'],
    ['docs/circle', 'ask'],
    ['docs/circle/a', 'ask'],
    // Case and look-alikes.
    ['DOCS/a.md', 'ask'],
    ['ｄocs/a.md', 'ask'],
    ['docs/\u200b../secrets/key', 'ask'],
    ['docs/a\u202emd', 'ask'],
    ['docs/a\0.md', 'ask'],
    ['docs/a\n.md', 'ask'],
    ['docs/\ud800', 'ask'],
    // What a tool or shell may expand, and other systems' separators.
    ['docs/%2e%2e/secrets/key', 'ask'],
    ['docs/%2e%2e%2fsecrets', 'ask'],
    ['docs/..%2fsecrets', 'ask'],
    ['docs/$HOME', 'ask'],
    ['docs/`id`', 'ask'],
    ['docs/*', 'ask'],
    ['docs/{a,../secrets}', 'ask'],
    ['~/docs/a.md', 'ask'],
    ['~', 'ask'],
    ['docs\\..\\secrets', 'ask'],
    ['..\\secrets', 'ask'],
    ['file:///etc/passwd', 'ask'],
    ['C:/docs/a.md', 'ask'],
    ['docs/a.md::$DATA', 'ask'],
    ['docs/a.md.', 'ask'],
    ['docs/.../secrets', 'ask'],
    ['docs/SECRET~1', 'ask'],
    [' docs/a.md', 'ask'],
    ['docs/a.md ', 'ask'],
    ['docs/.. /secrets', 'ask'],
    ['', 'ask'],
    // Hidden names.
    ['docs/.env', 'ask'],
    ['docs/.hidden/a', 'ask'],
    // No text at all.
    [5, 'ask'],
    [null, 'ask'],
    [{ path: 'docs/a.md' }, 'ask'],
    [[], 'ask'],
    [['docs/a.md', 'docs/b.md'], 'allow'],
    [['docs/a.md', 'secrets/key'], 'ask'],
  ] as const)('%j: %s', (path, decision) => {
    expect(decide(inDocs, { path })).toBe(decision);
  });

  it('may be hidden when the rule says so, and one level deep', () => {
    expect(decide([allow({ path: './docs/.hidden/*' })], { path: 'docs/.hidden/a' })).toBe('allow');
    expect(decide([allow({ path: './docs/*' })], { path: 'docs/deep/a' })).toBe('ask');
    expect(decide([allow({ path: './**/*.md' })], { path: 'docs/deep/a.md' })).toBe('allow');
    expect(decide([allow({ path: './docs/?.md' })], { path: 'docs/ab.md' })).toBe('ask');
  });

  it('is read without links where files are elsewhere', () => {
    const far = rulesFrom({ version: 1, rules: inDocs }, { root, realPath: (path) => path });
    expect(far.explain({ name: 't', input: { path: 'docs/door/key' } }).decision).toBe('allow');
  });
});

describe('a path that is denied', () => {
  const rules = [allow(undefined), deny({ path: './secrets/**' })];
  test.each([
    ['secrets/key', 'deny'],
    ['secrets', 'deny'],
    ['SECRETS/KEY', 'deny'],
    ['ｓecrets/key', 'deny'],
    ['docs/../secrets/key', 'deny'],
    ['docs/door/key', 'deny'],
    [`${root}/secrets/key`, 'deny'],
    [['docs/a.md', 'secrets/key'], 'deny'],
    // Cannot be told: a person looks.
    ['se\u200bcrets/key', 'ask'],
    ['docs/%2e%2e/secrets/key', 'ask'],
    ['docs/dangling', 'ask'],
    ['.', 'ask'],
    ['..', 'ask'],
    ['/', 'ask'],
    [undefined, 'ask'],
    [null, 'ask'],
    ['docs/a.md', 'allow'],
    ['secretsx', 'allow'],
  ] as const)('%j: %s', (path, decision) => {
    expect(decide(rules, { path })).toBe(decision);
  });

  it('is also one that goes through a link in the rule', () => {
    const behind = [allow(undefined), deny({ path: './papers/deep/**' })];
    expect(decide(behind, { path: 'docs/deep/a' })).toBe('deny');
    expect(decide(behind, { path: 'papers/deep/a' })).toBe('deny');
  });
});

describe('conditions', () => {
  const order = { amount: 50, kind: 'small', gift: true, note: null, to: { name: 'Ann', 'first.name': 'A' } };
  test.each<[Record<string, Condition>, unknown, allowing: RuleDecision, denying: RuleDecision]>([
    [{ amount: { lte: 50 } }, order, 'allow', 'deny'],
    [{ amount: { lt: 50 } }, order, 'ask', 'allow'],
    [{ amount: { gt: 49, lt: 51 } }, order, 'allow', 'deny'],
    [{ amount: { gte: 51 } }, order, 'ask', 'allow'],
    [{ amount: { lte: 50 } }, { amount: '50' }, 'ask', 'ask'],
    [{ amount: { lte: 50 } }, { amount: [10, 60] }, 'ask', 'deny'],
    [{ amount: { lte: 50 } }, {}, 'ask', 'ask'],
    [{ amount: 50 }, order, 'allow', 'deny'],
    [{ amount: [40, 50] }, order, 'allow', 'deny'],
    [{ amount: 50 }, { amount: '50' }, 'ask', 'ask'],
    [{ kind: 'small' }, order, 'allow', 'deny'],
    [{ kind: 'SMALL' }, order, 'ask', 'deny'],
    [{ kind: ['large', 'small'] }, order, 'allow', 'deny'],
    [{ kind: { in: ['large'] } }, order, 'ask', 'allow'],
    [{ kind: { startsWith: 'sm', endsWith: 'll' } }, order, 'allow', 'deny'],
    [{ kind: { matches: 's*l?' } }, order, 'allow', 'deny'],
    [{ kind: { matches: 's*x' } }, order, 'ask', 'allow'],
    [{ kind: { matches: 'mal' } }, order, 'ask', 'allow'],
    [{ kind: { startsWith: 's' } }, { kind: 5 }, 'ask', 'ask'],
    [{ gift: true }, order, 'allow', 'deny'],
    [{ gift: true }, { gift: 'true' }, 'ask', 'ask'],
    [{ note: null }, order, 'allow', 'deny'],
    [{ 'to.name': 'Ann' }, order, 'allow', 'deny'],
    [{ 'to.first.name': 'A' }, order, 'allow', 'deny'],
    [{ 'to.name': 'Ann' }, { to: { name: 'Ann' }, 'to.name': 'Eve' }, 'ask', 'deny'],
    [{ 'to.name': 'Ann' }, { to: 'Ann' }, 'ask', 'ask'],
    [{ 'lines.amount': { lte: 5 } }, { lines: [{ amount: 1 }, { amount: 5 }] }, 'allow', 'deny'],
    [{ 'lines.amount': { lte: 5 } }, { lines: [{ amount: 1 }, {}] }, 'ask', 'deny'],
    [{ 'lines.amount': { lte: 5 } }, { lines: [] }, 'ask', 'ask'],
    [{ to: { equals: { name: 'Ann', 'first.name': 'A' } } }, order, 'allow', 'deny'],
    [{ list: { equals: [1, 2] } }, { list: [2, 1] }, 'ask', 'allow'],
    [{ list: { equals: [1, 2] } }, { list: [1, 2] }, 'allow', 'deny'],
    [{ gift: { exists: false } }, {}, 'allow', 'deny'],
    [{ gift: { exists: true, equals: true } }, {}, 'ask', 'allow'],
    [{ constructor: { exists: true } }, {}, 'ask', 'allow'],
    [{ toString: 'x' }, {}, 'ask', 'ask'],
    [{ amount: { lte: 50 }, kind: 'large' }, order, 'ask', 'allow'],
  ])('%j of %j: allowing %s, denying %s', (when, input, allowing, denying) => {
    expect(decide([allow(when)], input)).toBe(allowing);
    expect(decide([allow(undefined), deny(when)], input)).toBe(denying);
  });

  it('hold nothing else when the rule says so', () => {
    const only: Rule = { ...allow({ 'to.name': 'Ann', kind: 'a' }), only: true };
    expect(decide([only], { to: { name: 'Ann' }, kind: 'a' })).toBe('allow');
    expect(decide([only], { to: { name: 'Ann', copy: 'Eve' }, kind: 'a' })).toBe('ask');
    expect(decide([only], { to: { name: 'Ann' }, kind: 'a', force: true })).toBe('ask');
    expect(decide([only], { to: { name: 'Ann' }, kind: 'a', force: undefined })).toBe('allow');
  });
});

describe('precedence', () => {
  it('is deny, ask, allow, wherever they stand', () => {
    const ask: Rule = { decision: 'ask', tool: '*' };
    expect(decide([allow(undefined), ask], {})).toBe('ask');
    expect(decide([ask, allow(undefined), deny(undefined)], {})).toBe('deny');
    expect(decide([allow(undefined)], {}, 'other')).toBe('ask');
  });

  it('ends when a rule expires', () => {
    const until = (expires: string): RuleDecision => decide([{ ...allow(undefined), expires }], {});
    expect(until('2030-05-01T12:00:01Z')).toBe('allow');
    expect(until('2030-05-01T14:00:00+02:00')).toBe('ask');
    expect(until('2030-05-01')).toBe('ask');
  });

  it('falls back to the default of the file', () => {
    const denying = rulesFrom({ version: 1, default: 'deny', rules: [] });
    expect(denying.explain({ name: 't' })).toEqual({
      decision: 'deny',
      because: 'no rule covers this call, and the default is to deny',
      considered: [],
    });
  });
});

describe('what cannot be used', () => {
  const rule = (more: object): object => ({ version: 1, rules: [{ decision: 'allow', tool: 't', ...more }] });
  test.each<[unknown, string]>([
    ['{', 'they are no JSON'],
    [[], 'what was given is no object'],
    [{ version: 2, rules: [] }, 'their version is 2, not 1'],
    [{ version: 1 }, 'they hold no list of rules'],
    [{ version: 1, rules: [], defualt: 'deny' }, 'they may not have "defualt"'],
    [{ version: 1, rules: [], default: 'maybe' }, 'their default is "maybe"'],
    [rule({ decision: 'permit' }), 'rule 1 decides "permit"'],
    [rule({ tool: '' }), 'rule 1 names no tool'],
    [rule({ wehn: {} }), 'rule 1 may not have "wehn"'],
    [rule({ when: {} }), '"when" of rule 1 names no member'],
    [rule({ when: { a: {} } }), '"a" of rule 1: it says nothing'],
    [rule({ when: { a: { like: 'x' } } }), '"like" is no word for a condition'],
    [rule({ when: { a: { lte: '5' } } }), '"lte" is a number'],
    [rule({ when: { a: [] } }), 'it is an empty list'],
    [rule({ when: { a: 'docs/**' } }), '"docs/**" may be a path or a text'],
    [rule({ when: { path: './{a,b}' } }), 'holds brackets'],
    [rule({ when: { path: './a/../**/..' } }), 'goes up behind a star'],
    [rule({ when: { path: './a**/b' } }), 'inside of a name'],
    [rule({ when: { path: '~/docs' } }), 'is not a plain path'],
    [rule({ when: { path: './papers/**' } }), 'leads through a link'],
    [rule({ when: { path: { startsWith: './docs' } } }), 'says nothing safe of a path'],
    [rule({ when: { command: { startsWith: 'git' } } }), 'says nothing safe of a command'],
    [rule({ when: { command: 'git log | head' } }), 'is not one simple command'],
    [rule({ when: { command: '* --version' } }), 'which program'],
    [rule({ when: { command: '**' } }), 'which program'],
    [rule({ when: { 'a..b': 1 } }), 'it is no name of a member'],
    [rule({ only: true }), '"only" of rule 1'],
    [rule({ expires: 'tomorrow' }), 'rule 1 expires at "tomorrow"'],
    [rule({ expires: '2030-02-31' }), 'rule 1 expires at "2030-02-31"'],
    [rule({ when: { url: { startsWith: 'https://shop.example' } } }), 'leaves open how its host ends'],
    [rule({ when: { url: { matches: 'https://*.shop.example/*' } } }), 'leaves open how its host ends'],
    [rule({ when: { url: { matches: 'https://shop.example*' } } }), 'leaves open how its host ends'],
    [rule({ expires: '2030-01-01T10:00:00' }), 'no ISO time with its zone'],
    [{ version: 1, rules: [], tests: [{ tool: 't' }] }, 'test 1 needs a tool'],
  ])('%j: %s', (json, sentence) => {
    // Whoever reads a file cannot know what it holds.
    expect(() => rulesFrom(json as string, { root })).toThrow(sentence);
  });

  it('is also a rule about no tool that is known', () => {
    const rules = rulesFrom({ version: 1, rules: [allow(undefined), { decision: 'deny', tool: 'fs__*' }] });
    expect(() => rules.check(['t', 'fs_read'])).toThrow('rule 2 (deny fs__*) is about no tool that is known');
    expect(() => rules.check(['t', 'fs__read'])).not.toThrow();
    expect(() => rules.over({ other: tool({ description: '' }) })).toThrow('rule 1 (allow t)');
    const provider = rulesFrom({ version: 1, rules: [{ decision: 'ask', tool: 'github.get_*' }] });
    expect(() => provider.check(['github'])).not.toThrow();
  });
});

describe('in a chat', () => {
  const rules = rulesFrom(
    {
      version: 1,
      rules: [
        { decision: 'allow', tool: 'pay', when: { amount: { lte: 50 } } },
        { decision: 'deny', tool: 'pay', when: { to: 'eve' }, reason: 'eve is not paid' },
        { decision: 'ask', tool: 'pay', when: { to: 'bob' } },
      ],
    },
    { root, now: () => noon },
  );
  const pay = tool({ description: 'Pay', input: z.object({ amount: z.number(), to: z.string() }), run: () => 'Paid.' });
  const inputs: readonly Json[] = [
    { amount: 50, to: 'ann' },
    { amount: 50, to: 'bob' },
    { amount: 50, to: 'eve' },
    { amount: 60, to: 'ann' },
  ];
  const model = (): Model => scripted([{ calls: inputs.map((input) => ({ name: 'pay', input })) }]);

  async function played(chat: { complete(conversation: Conversation): Promise<unknown> }): Promise<readonly unknown[]> {
    const conversation = new Conversation();
    conversation.say('Pay them');
    await chat.complete(conversation);
    return conversation.messages.at(-1)!.parts.map((part) => {
      if (part.type !== 'tool') return part.type;
      const { call } = part;
      return call.state === 'denied' ? [call.state, call.reason] : [call.state, call.requirements];
    });
  }

  const ruled = [
    [
      'awaiting-approval',
      [{ reason: 'ask pay, to: "bob" (rule 3)', rule: { name: 'rule 3', text: 'ask pay, to: "bob"' } }],
    ],
    ['denied', 'eve is not paid (rule 2)'],
    ['awaiting-approval', [{ reason: 'no rule covers this call, and the default is to ask' }]],
  ];

  it('the rule that decides stands on the requirement, and in the reason (D4)', async () => {
    expect(await played(createChat({ model: model(), tools: rules.over({ pay }) }))).toEqual([
      ['completed', undefined],
      ...ruled,
    ]);
    expect(await played(createChat({ model: model(), tools: scoped({ pay }, rules.policy) }))).toEqual([
      ['completed', undefined],
      ...ruled,
    ]);
  });

  it('rules for the whole chat add to what tools demand and lessen nothing (D4)', async () => {
    const [first] = await played(createChat({ model: model(), tools: { pay }, policy: rules.chatPolicy }));
    expect(first).toEqual(['awaiting-approval', [{}]]);
    expect(
      await played(createChat({ model: model(), tools: scoped({ pay }, 'allow'), policy: rules.chatPolicy })),
    ).toEqual([['completed', undefined], ...ruled]);
  });
});
