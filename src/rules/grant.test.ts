import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it, test } from 'vitest';
import { createChat } from '../chat/chat.ts';
import { tool } from '../chat/tool.ts';
import { Conversation } from '../conversation/conversation.ts';
import type { Requirement } from '../conversation/requirement.ts';
import { scripted } from '../testing/scripted.ts';
import { fileGrants } from './grant-file.ts';
import { memoryGrants } from './grant.ts';
import type { Grant, GrantScope, GrantStore } from '../conversation/grant.ts';
import type { Rule } from '../conversation/rule.ts';
import type { RuledCall } from './rule.ts';
import { rulesFrom } from './rules.ts';
import type { Rules } from './rules.ts';
import type { SeenCall, ToolNature } from '../conversation/suggestion.ts';

const folder = mkdtempSync(join(tmpdir(), 'yourcall-grants-'));
afterAll(() => rmSync(folder, { recursive: true }));

const noon = Date.parse('2030-05-01T12:00:00Z');
let now = noon;
let grants: GrantStore = memoryGrants();
let rules: Rules<{ thread?: string }>;

function ruled(list: readonly Rule[] = []): Rules<{ thread?: string }> {
  const far = { root: '/srv', realPath: (path: string): string => path };
  return rulesFrom<{ thread?: string }>(
    { version: 1, rules: list },
    { ...far, now: () => now, grants, thread: ({ thread }) => thread },
  );
}

beforeEach(() => {
  now = noon;
  grants = memoryGrants();
  rules = ruled();
});

const write: RuledCall & { readonly id: string } = {
  id: 'c1',
  name: 'write',
  input: { path: 'docs/a.md', content: 'Hello', mode: 'new', size: 5 },
};

function suggested(call: RuledCall): { readonly exact: Rule; readonly steps: readonly { says: string; rule: Rule }[] } {
  const suggestion = rules.suggestGrant(call);
  if (suggestion.type === 'refused') throw new Error(suggestion.because);
  return suggestion;
}

function allows(rule: Rule, input: unknown, name = 'write'): boolean {
  return rules.explain({ name, input }, [{ id: 'g', rule, scope: 'always', at: 0 }]).decision === 'allow';
}

describe('what is suggested', () => {
  it('is what was seen, and steps that say themselves', () => {
    const { exact, steps } = suggested(write);
    expect(exact).toEqual({
      decision: 'allow',
      tool: 'write',
      when: {
        path: { path: './docs/a.md' },
        content: { equals: 'Hello' },
        mode: { equals: 'new' },
        size: { equals: 5 },
      },
      only: true,
    });
    expect(steps.map(({ says }) => says)).toEqual([
      'path: any file in ./docs',
      'content: whatever it says',
      'size: from 0 up to 5',
    ]);
  });

  it('is never broader than one of those steps', () => {
    const { exact, steps } = suggested(write);
    const [inFolder, anyContent, less] = steps.map(({ rule }) => rule);
    const input = { path: 'docs/a.md', content: 'Hello', mode: 'new', size: 5 };
    const others = {
      file: { ...input, path: 'docs/b.md' },
      content: { ...input, content: 'Bye' },
      size: { ...input, size: 4 },
      larger: { ...input, size: 6 },
      negative: { ...input, size: -1 },
      mode: { ...input, mode: 'NEW' },
      deeper: { ...input, path: 'docs/deep/a.md' },
      hidden: { ...input, path: 'docs/.env' },
      away: { ...input, path: 'docs/../a.md' },
      more: { ...input, force: true },
      fewer: { path: 'docs/a.md' },
      two: { ...input, path: 'docs/b.md', content: 'Bye' },
    };
    const allowedBy = (rule: Rule | undefined): readonly string[] =>
      Object.entries(others).flatMap(([name, other]) => (rule && allows(rule, other) ? [name] : []));
    expect(allows(exact, input)).toBe(true);
    expect(allowedBy(exact)).toEqual([]);
    expect(allowedBy(inFolder)).toEqual(['file']);
    expect(allowedBy(anyContent)).toEqual(['content']);
    expect(allowedBy(less)).toEqual(['size']);
    expect(allows(exact, input, 'write2')).toBe(false);
  });

  it('compares lists and objects as a whole', () => {
    const { exact, steps } = suggested({
      name: 'move',
      input: {
        edits: [
          { from: 'a', to: 'b' },
          { from: 'c', to: 'd' },
        ],
      },
    });
    expect(steps).toEqual([]);
    expect(
      allows(
        exact,
        {
          edits: [
            { to: 'b', from: 'a' },
            { from: 'c', to: 'd' },
          ],
        },
        'move',
      ),
    ).toBe(true);
    expect(
      allows(
        exact,
        {
          edits: [
            { from: 'a', to: 'd' },
            { from: 'c', to: 'b' },
          ],
        },
        'move',
      ),
    ).toBe(false);
    expect(allows(exact, { edits: [] }, 'move')).toBe(false);
  });

  it('widens no address, no command, and no folder outside of the root', () => {
    expect(suggested({ name: 'send', input: { to: 'ann@example.com', subject: 'Hi' } }).steps).toEqual([]);
    expect(suggested({ name: 'run', input: { command: 'npm test' } }).steps).toEqual([]);
    expect(suggested({ name: 'read', input: { path: '/etc/hosts' } }).steps).toEqual([]);
  });
});

describe('nothing is suggested', () => {
  const plain = { path: 'docs/a.md' };
  const requirement = (more: Requirement): Partial<SeenCall> => ({ requirements: [more] });
  test.each<[string, Partial<SeenCall>, ToolNature, because: string]>([
    ['of a tool that destroys', {}, { metadata: { destructive: true } }, 'its tool destroys'],
    ['of a tool with the hint of MCP', {}, { metadata: { destructiveHint: true } }, 'its tool destroys'],
    ['of a tool that reveals secrets', {}, { metadata: { revealsSecrets: true } }, 'its tool reveals secrets'],
    ['of a tool that keeps something to itself', {}, { sensitive: ['pin'] }, 'keeps something of it to itself'],
    ['of a call that is marked so', { sensitive: true }, {}, 'keeps something of it to itself'],
    ['of a tool named for it', { name: 'fs__delete_file' }, {}, 'grave: delete'],
    ['of a tool named in camel case', { name: 'readSecret' }, {}, 'grave: secret'],
    ['of a tool named in other words', { name: 'fs__rmdir' }, {}, 'grave: rmdir'],
    ['of a tool named as systems do', { name: 'unlinkFile' }, {}, 'grave: unlink'],
    ['of a shell', { name: 'bash' }, {}, 'grave: bash'],
    ['where certain people decide', requirement({ approvers: ['ann'] }), {}, 'the word of certain people'],
    ['where the requester may not', requirement({ notBy: 'requester' }), {}, 'the word of certain people'],
    ['where the risk is grave', requirement({ risk: 'delete' }), {}, 'its risk is delete'],
    ['of a file with secrets', { input: { path: 'app/.env.local' } }, {}, 'holds secrets'],
    ['of a key', { input: { paths: ['a', '~/.ssh/id_ed25519'] } }, {}, 'holds secrets'],
    ['of a value that is secret', { input: { to: { apiKey: 'x' } } }, {}, 'holds secrets'],
    ['without arguments', { input: {} }, {}, 'its input is empty'],
    ['of a name that no rule can say', { input: { 'a.b': 1 } }, {}, 'cannot name'],
    ['of a path that a tool may expand', { input: { path: 'docs/[ab].md' } }, {}, 'no rule can say'],
    ['of a path that cannot be read', { input: { path: 'docs/%2e' } }, {}, 'no rule can say'],
  ])('%s', (_, more, nature, because) => {
    const suggestion = rules.suggestGrant({ name: 'write', input: plain, ...more }, nature);
    expect(suggestion).toEqual({ type: 'refused', because: expect.stringContaining(because) });
  });

  it('where a rule decides', () => {
    const because = (decision: Rule['decision']): unknown => ruled([{ decision, tool: 'write' }]).suggestGrant(write);
    expect(because('ask')).toMatchObject({ because: 'a rule decides about it: ask write (rule 1)' });
    expect(because('deny')).toMatchObject({ because: 'a rule decides about it: deny write (rule 1)' });
    expect(because('allow')).toMatchObject({ because: 'it is allowed already: allow write (rule 1)' });
  });
});

describe('a grant', () => {
  async function verdict(call: RuledCall & { readonly id: string }, thread = 't1'): Promise<unknown> {
    const given = await rules.chatPolicy(call, { thread }, { due: false, signal: new AbortController().signal });
    return given === 'allow' ? given : Object.keys(given as object).join();
  }
  const granted = (scope: GrantScope, thread?: string): Promise<Grant> =>
    rules.grant(write, { rule: suggested(write).exact, scope, by: 'ann', ...(thread !== undefined && { thread }) });
  const again = { ...write, id: 'c2' };

  it('is for one call', async () => {
    await granted('once');
    expect([await verdict(write), await verdict(again)]).toEqual(['allow', 'ask']);
  });

  it('is for one thread', async () => {
    await granted('thread', 't1');
    expect([await verdict(again), await verdict(again, 't2')]).toEqual(['allow', 'ask']);
    await expect(granted('thread')).rejects.toThrow('needs to know which one');
  });

  it('is for an hour, and for none before it when the clock is put back', async () => {
    await granted('hour');
    now = noon + 3_599_999;
    expect(await verdict(again)).toBe('allow');
    now = noon + 3_600_000;
    expect(await verdict(again)).toBe('ask');
    now = noon - 1;
    expect(await verdict(again)).toBe('ask');
  });

  it('is for today', async () => {
    const { expiresAt = 0 } = await granted('today');
    expect(new Date(expiresAt).toTimeString()).toMatch(/^00:00:00/);
    expect(expiresAt - noon).toBeGreaterThan(0);
    expect(expiresAt - noon).toBeLessThanOrEqual(25 * 3_600_000);
    now = expiresAt;
    expect(await verdict(again)).toBe('ask');
  });

  it('is for always, until it is revoked', async () => {
    const grant = await granted('always');
    now = noon + 1e12;
    expect(await verdict(again)).toBe('allow');
    expect(await grants.list()).toEqual([grant]);
    expect([await grants.revoke(grant.id), await grants.revoke(grant.id)]).toEqual([true, false]);
    expect(await verdict(again)).toBe('ask');
  });

  it('stands behind every rule that asks or denies, and behind a default that denies', () => {
    const grant: Grant = { id: 'g', rule: { decision: 'allow', tool: '*' }, scope: 'always', at: 0 };
    for (const decision of ['ask', 'deny'] as const) {
      expect(ruled([{ decision, tool: 'write' }]).explain(write, [grant]).decision).toBe(decision);
    }
    const closed = rulesFrom({ version: 1, default: 'deny', rules: [] });
    expect(closed.explain(write, [grant]).decision).toBe('deny');
    expect(ruled().explain(write, [grant])).toMatchObject({ decision: 'allow', rule: { name: 'grant g' } });
  });

  test.each<[string, (rule: Rule) => Rule]>([
    ['another tool', (rule) => ({ ...rule, tool: '*' })],
    ['fewer conditions', ({ when: { path } = {}, ...rule }) => ({ ...rule, ...(path && { when: { path } }) })],
    ['more members', ({ only: _only, ...rule }) => rule],
    ['a wider folder', (rule) => ({ ...rule, when: { ...rule.when, path: { path: './**' } } })],
    [
      'two steps at once',
      (rule) => ({ ...rule, when: { ...rule.when, path: { path: './docs/*' }, content: { exists: true } } }),
    ],
  ])('is not given for what a client widens: %s', async (_, widen) => {
    await expect(rules.grant(write, { rule: widen(suggested(write).exact), scope: 'always' })).rejects.toThrow(
      'was not offered',
    );
    expect(await grants.list()).toEqual([]);
  });

  it('lets the next call of a chat run', async () => {
    const writing = tool<{ path: string }>({
      description: 'Write',
      input: {
        '~standard': {
          version: 1,
          vendor: 'test',
          jsonSchema: { input: () => ({}) },
          validate: (value) => ({ value: value as { path: string } }),
        },
      },
      run: () => 'Written.',
    });
    const call = { name: 'writing', input: { path: 'docs/a.md' } };
    const chat = createChat({ model: scripted([{ calls: [call] }, 'Done.']), tools: rules.over({ writing }) });
    const suggestion = suggested(call);
    await rules.grant({ ...call, id: 'c0' }, { rule: suggestion.exact, scope: 'hour' });
    const conversation = new Conversation({ now: () => now });
    conversation.say('Write it');
    expect((await chat.complete(conversation, { context: {} })).type).toBe('done');
  });
});

describe('grants in a file', () => {
  const path = join(folder, 'grants.jsonl');
  const grant = (id: string): Grant => ({ id, rule: { decision: 'allow', tool: 't' }, scope: 'always', at: noon });

  it('are seen by other processes, and stay revoked', async () => {
    const mine = fileGrants(path);
    const theirs = fileGrants(path);
    expect(await mine.list()).toEqual([]);
    await Promise.all([mine.add(grant('a')), theirs.add(grant('b')), mine.add(grant('c'))]);
    expect(await theirs.revoke('a')).toBe(true);
    expect(await theirs.revoke('a')).toBe(false);
    expect((await mine.list()).map(({ id }) => id).toSorted()).toEqual(['b', 'c']);
    expect(readFileSync(path, 'utf8')).toContain('{"revoked":"a"}');
  });

  it('grant nothing when a line cannot be read, and the policy fails', async () => {
    appendFileSync(path, '{"revo');
    const torn = fileGrants(path);
    await expect(torn.list()).rejects.toThrow(/^Reading grants: .*grants\.jsonl, line \d+ is no JSON\.$/);
    await torn.add(grant('d'));
    await expect(torn.list()).rejects.toThrow('is no JSON');
    const other = join(folder, 'other.jsonl');
    appendFileSync(other, '{"id":"x","rule":{},"scope":"for ever","at":1}\n');
    await expect(fileGrants(other).list()).rejects.toThrow('line 1 is no grant');
  });
});
