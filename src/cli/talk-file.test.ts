import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createChat } from '../chat/chat.ts';
import { tool } from '../chat/tool.ts';
import { Conversation } from '../conversation/conversation.ts';
import type { ChatEvent } from '../conversation/event.ts';
import { textOf } from '../conversation/message.ts';
import { scripted } from '../testing/scripted.ts';
import { takeLock } from './lock.ts';
import { TalkFile } from './talk-file.ts';

/** What a run would hand to its first commit. */
function recordedIn({ journal }: Conversation): readonly ChatEvent[] {
  const events = journal.hold();
  journal.release();
  return events;
}

let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'yourcall-talk-'));
  path = join(folder, 'talk.json');
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('a talk in a file', () => {
  it('holds after every commit what the conversation holds, an approval and its decision included', async () => {
    const send = tool({ description: 'Send a mail', run: () => 'sent' });
    const model = scripted([{ text: 'I will.', calls: [{ name: 'send', input: {} }] }, 'Done.']);
    const chat = createChat({ model, tools: { send } });
    const { conversation, commit, close } = open();
    conversation.say('send it');
    await chat.complete(conversation, { commit });
    expect(kept()).toEqual(plain(conversation));
    const [call] = chat.waiting(conversation).approvals;
    await chat.decide(conversation, call!, { type: 'approve' }, { commit, by: 'ada' });
    expect(kept()).toEqual(plain(conversation));
    await chat.complete(conversation, { commit });
    expect(kept()).toEqual(plain(conversation));
    close();
    expect(readdirSync(folder)).toEqual(['talk.json']);
  });

  it('loses nothing to a commit that failed, and goes on when it can write again', async () => {
    const chat = createChat({ model: scripted(['One.', 'Two.']) });
    const { conversation, commit, close } = open();
    const obstacle = `${path}.tmp-${process.pid}`;
    conversation.say('one');
    const run = chat.stream(conversation, { commit });
    // The answer streams, and then cannot be kept.
    for await (const event of ignoringError(run)) {
      if (event.type === 'text') mkdirSync(obstacle, { recursive: true });
    }
    expect(Conversation.parse(readFileSync(path, 'utf8')).messages.map(textOf)).toEqual(['one', '']);
    rmSync(obstacle, { recursive: true });
    conversation.say('two');
    await chat.complete(conversation, { commit });
    expect(conversation.messages.map(textOf)).toEqual(['one', 'One.', 'two', 'Two.']);
    expect(kept()).toEqual(plain(conversation));
    close();
  });

  it.each(['openSync', 'writeFileSync', 'fsyncSync', 'renameSync'])(
    'is a whole conversation when its process is killed at %s',
    (at) => {
      const before = open();
      before.conversation.say('old');
      before.commit(recordedIn(before.conversation));
      before.close();
      expect(killedAt(at)).toBe('SIGKILL');
      expect(Conversation.parse(readFileSync(path, 'utf8')).messages.map(textOf)).toEqual(['old']);
      const after = open();
      expect(after.conversation.messages.map(textOf)).toEqual(['old']);
      after.close();
      expect(readdirSync(folder)).toEqual(['talk.json']);
    },
  );

  it('is not touched when it is no conversation', () => {
    writeFileSync(path, '{"format": 1');
    expect(() => TalkFile.open(path)).toThrow(/Opening .*talk\.json: .* it is not JSON/);
    expect(readFileSync(path, 'utf8')).toBe('{"format": 1');
    expect(readdirSync(folder)).toEqual(['talk.json']);
    expect(() => TalkFile.open(folder)).toThrow('it is a folder');
    expect(() => TalkFile.open(join(folder, 'no', 'talk.json'))).toThrow('there is no folder');
  });

  it('refuses to write once another process took it over', () => {
    const { conversation, commit, close } = open();
    writeFileSync(`${path}.lock`, '1\n');
    conversation.say('hello');
    expect(() => commit(recordedIn(conversation))).toThrow('taken over');
    close();
    expect(existsSync(`${path}.lock`)).toBe(true);
  });
});

describe('a lock', () => {
  it('keeps a second process out, names the first, and lets in who comes after it', async () => {
    const child = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60000)']);
    writeFileSync(`${path}.lock`, `${child.pid}\n`);
    expect(() => TalkFile.open(path)).toThrow(`talk.json is open in process ${child.pid}.`);
    child.kill('SIGKILL');
    await once(child, 'exit');
    open().close();
  });

  it('is not fooled by a process that got the number of a dead one', () => {
    if (process.platform !== 'linux') return;
    writeFileSync(`${path}.lock`, `${process.pid}\n1\n\n`);
    open().close();
  });

  it('of a process that was killed and not cleared away is taken over', async () => {
    if (process.platform !== 'linux') return;
    // The program that replaces the shell does not know of the child, so nobody clears it away.
    const parent = spawn('/bin/sh', ['-c', 'sleep 60 & echo $!; exec sleep 60']);
    const [data] = await once(parent.stdout, 'data');
    // Until then the shell is there, and would clear it away.
    await expect.poll(() => readFileSync(`/proc/${parent.pid}/comm`, 'utf8')).toBe('sleep\n');
    writeFileSync(`${path}.lock`, `${Number(String(data))}\n`);
    expect(() => TalkFile.open(path)).toThrow('is open in process');
    process.kill(Number(String(data)), 'SIGKILL');
    await expect.poll(() => readFileSync(`/proc/${Number(String(data))}/stat`, 'utf8')).toContain(') Z ');
    open().close();
    parent.kill('SIGKILL');
  });

  it('of another machine is left alone', () => {
    writeFileSync(`${path}.lock`, '12\n3\nelsewhere\n');
    expect(() => TalkFile.open(path)).toThrow('process 12 on elsewhere');
  });

  it('that was never written counts only while it is new', () => {
    const lock = `${path}.lock`;
    writeFileSync(lock, '');
    expect(() => takeLock(lock, 'It')).toThrow('just starting');
    utimesSync(lock, 1, 1);
    takeLock(lock, 'It').release();
    expect(readdirSync(folder)).toEqual([]);
  });
});

function open(): { conversation: Conversation; commit: TalkFile['commit']; close: () => void } {
  const file = TalkFile.open(path);
  return { conversation: file.conversation, commit: file.commit, close: () => file.close() };
}

async function* ignoringError<Item>(items: AsyncIterable<Item>): AsyncGenerator<Item> {
  try {
    yield* items;
  } catch {
    // A refused commit ends the run.
  }
}

function kept(): unknown {
  return plain(Conversation.parse(readFileSync(path, 'utf8')));
}

function plain(conversation: Conversation): unknown {
  return JSON.parse(JSON.stringify(conversation));
}

/** Commits in another process, which is killed when it calls this function of `node:fs`. */
function killedAt(name: string): NodeJS.Signals | null {
  const script = `
    const fs = require('node:fs');
    const { syncBuiltinESMExports } = require('node:module');
    import(${JSON.stringify(join(import.meta.dirname, 'talk-file.ts'))}).then(({ TalkFile }) => {
      const { conversation, commit } = TalkFile.open(${JSON.stringify(path)});
      conversation.say('new');
      fs[${JSON.stringify(name)}] = () => process.kill(process.pid, 'SIGKILL');
      syncBuiltinESMExports();
      commit(conversation.journal.hold());
    });`;
  return spawnSync(process.execPath, ['-e', script]).signal;
}
