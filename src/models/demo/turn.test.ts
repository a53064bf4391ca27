import { describe, expect, test } from 'vitest';
import type { DemoMessage, DemoRequest, DemoSchema, DemoToolDeclaration } from './request.ts';
import { answer } from './turn.ts';
import type { DemoTurn } from './turn.ts';

const string: DemoSchema = { type: 'string' };
const number: DemoSchema = { type: 'number' };

/** A tool; a `?` behind a property's name makes it optional. */
function tool(name: string, description: string, properties: Record<string, DemoSchema>): DemoToolDeclaration {
  const entries = Object.entries(properties);
  const parameters = {
    type: 'object',
    properties: Object.fromEntries(entries.map(([key, schema]) => [key.replace('?', ''), schema])),
    required: entries.map(([key]) => key).filter((key) => !key.endsWith('?')),
  };
  return { function: { name, description, parameters } };
}

const files = [
  tool('list_files', 'List the files of the workspace', { 'path?': string }),
  tool('read_file', 'Read a file', { path: string }),
  tool('search_files', 'Search the files for a text', { query: string, 'path?': string }),
  tool('write_file', 'Write a file, replacing what is there', { path: string, content: string }),
  tool('edit_file', 'Replace a text in a file', { path: string, old: string, new: string }),
  tool('delete_file', 'Delete a file', { path: string }),
  tool('run_command', 'Run a shell command', { command: string }),
];

const shop = [
  tool('refund', 'Refund an order', { orderId: string, amount: number }),
  tool('get_order', 'Look up an order', { orderId: string }),
  tool('cancel_order', 'Cancel an order', { orderId: string }),
  tool('delete_user', 'Delete a user', { id: { type: 'integer' } }),
];

const life = [
  tool('get_weather', 'The weather of a city', { city: string, 'unit?': { enum: ['celsius', 'fahrenheit'] } }),
  tool('transfer_money', 'Send money to a person', { to: string, amount: number }),
  tool('send_email', 'Send an email', { to: string, 'subject?': string, body: string }),
  tool('add_todo', 'Add a todo', { title: string }),
  tool('set_light', 'Turn the light on or off', { room: { enum: ['kitchen', 'bedroom'] }, on: { type: 'boolean' } }),
  tool('calculator', 'Evaluate an expression', { expression: string }),
  tool('book_flight', 'Book a flight', { from: string, to: string, date: string }),
  tool('getTime', 'Get the current time', { 'timezone?': string }),
];

const coding = [
  tool('Bash', 'Run a command', { command: string, 'timeout?': number }),
  tool('Read', 'Read a file', { file_path: string, 'limit?': number }),
  tool('Write', 'Write a file', { file_path: string, content: string }),
  tool('Edit', 'Edit a file', { file_path: string, old_string: string, new_string: string }),
  tool('Grep', 'Search', { pattern: string, 'path?': string }),
];

const edit = { type: 'object', properties: { oldText: string, newText: string }, required: ['oldText', 'newText'] };
const served = [
  tool('fs__list_directory', 'List a directory', { path: string }),
  tool('fs__read_text_file', 'Read', { path: string }),
  tool('fs__write_file', 'Write', { path: string, content: string }),
  tool('fs__edit_file', 'Edit', { path: string, edits: { type: 'array', items: edit } }),
  tool('fs__create_directory', 'Create a directory', { path: string }),
  tool('fs__move_file', 'Move or rename', { source: string, destination: string }),
];

function said(text: string): DemoMessage {
  return { role: 'user', content: text };
}

function ask(text: string, tools = files, more: Partial<DemoRequest> = {}): DemoTurn {
  return answer({ messages: [said(text)], tools, ...more });
}

function callsOf(turn: DemoTurn): unknown[] {
  return turn.calls.map((call) => [call.name, call.arguments]);
}

/** The conversation after the calls of a turn came back with these results. */
function withResults(messages: readonly DemoMessage[], turn: DemoTurn, results: readonly string[]): DemoMessage[] {
  const first = messages.flatMap((message) => message.tool_calls ?? []).length;
  const calls = turn.calls.map((call, at) => ({
    id: `demo_call_${first + at + 1}`,
    function: { name: call.name, arguments: JSON.stringify(call.arguments) },
  }));
  const told = calls.map(({ id }, at): DemoMessage => ({ role: 'tool', tool_call_id: id, content: results[at] ?? '' }));
  return [...messages, { role: 'assistant', content: turn.text, tool_calls: calls }, ...told];
}

/** What it says when the sentence's calls gave these results. */
function report(sentence: string, results: readonly string[], tools = files): DemoTurn {
  const messages = [said(sentence)];
  return answer({ messages: withResults(messages, answer({ messages, tools }), results), tools });
}

const write = (path: string, content: string): [string, object] => ['write_file', { path, content }];
const read = (path: string): [string, object] => ['read_file', { path }];
const remove = (path: string): [string, object] => ['delete_file', { path }];
const run = (command: string): [string, object] => ['run_command', { command }];
const replace = (path: string, old: string, next: string): [string, object] => ['edit_file', { path, old, new: next }];
const search = (query: string, path?: string): [string, object] => ['search_files', path ? { query, path } : { query }];
const list: [string, object] = ['list_files', {}];

describe('one wish for files', () => {
  test.each<[string, [string, object]]>([
    ['create notes.txt saying hello', write('notes.txt', 'hello')],
    ['Could you please create notes.txt with the content hello world.', write('notes.txt', 'hello world')],
    ["save 'hi there' as hi.txt", write('hi.txt', 'hi there')],
    ['write hello to notes.txt', write('notes.txt', 'hello')],
    ['create notes.txt: hello', write('notes.txt', 'hello')],
    ['create a file called todo.md with buy milk in it', write('todo.md', 'buy milk')],
    ['create "my notes.txt" saying \'x and y\'', write('my notes.txt', 'x and y')],
    ['create an empty file a.txt', write('a.txt', '')],
    ['create notes.txt saying buy milk and eggs', write('notes.txt', 'buy milk and eggs')],
    ['create notes.txt saying read this and delete that', write('notes.txt', 'read this and delete that')],
    ['create n.txt saying "delete b.txt and run rm -rf /"', write('n.txt', 'delete b.txt and run rm -rf /')],
    ['create a.json saying {"a": 1, "b": [2, 3]}', write('a.json', '{"a": 1, "b": [2, 3]}')],
    ['list the files', list],
    ['ls', list],
    ['ls -la', list],
    ['what files are there?', list],
    ['show me all files', list],
    ['"list the files"', list],
    ['list files in src', ['list_files', { path: 'src' }]],
    ['what is in the src folder?', ['list_files', { path: 'src' }]],
    ['what is in notes.txt?', read('notes.txt')],
    ["what's in notes.txt", read('notes.txt')],
    ['read notes.txt', read('notes.txt')],
    ['show me notes.txt', read('notes.txt')],
    ['notes.txt', read('notes.txt')],
    ['how many orders are in orders.csv?', read('orders.csv')],
    ['search for TODO', search('TODO')],
    ['grep foo in notes.txt', search('foo', 'notes.txt')],
    ['which files contain TODO?', search('TODO')],
    ['where is the function main defined?', search('function main')],
    ['replace foo with bar in notes.txt', replace('notes.txt', 'foo', 'bar')],
    ['in notes.txt, replace foo with bar', replace('notes.txt', 'foo', 'bar')],
    ['edit notes.txt and change foo to bar', replace('notes.txt', 'foo', 'bar')],
    ['replace "a b" with "" in notes.txt', replace('notes.txt', 'a b', '')],
    ['delete notes.txt', remove('notes.txt')],
    ['I want you to delete the file Makefile, please', remove('Makefile')],
    ['run node hello.js', run('node hello.js')],
    ['run ls -la', run('ls -la')],
    ['run hello.js', run('node hello.js')],
    ['$ ls -la; pwd', run('ls -la; pwd')],
    ['npm test', run('npm test')],
  ])('%s', (sentence, call) => {
    expect(callsOf(ask(sentence))).toEqual([call]);
  });
});

describe('several wishes in one sentence', () => {
  test.each<[string, [string, object][]]>([
    ['list the files and read notes.txt', [list, read('notes.txt')]],
    ['create a.txt saying one and b.txt saying two', [write('a.txt', 'one'), write('b.txt', 'two')]],
    ['delete a.txt and then create b.txt saying hi', [remove('a.txt'), write('b.txt', 'hi')]],
    ['read a.txt, b.txt and c.txt', [read('a.txt'), read('b.txt'), read('c.txt')]],
    ['create b.txt saying hi and then delete a.txt', [write('b.txt', 'hi'), remove('a.txt')]],
    ['search for foo and bar', [search('foo'), search('bar')]],
    ['run npm ci and npm test', [run('npm ci'), run('npm test')]],
    ["read notes.txt but don't delete it", [read('notes.txt')]],
    ['- list the files\n- read notes.txt', [list, read('notes.txt')]],
    ['delete a.txt b.txt', [remove('a.txt'), remove('b.txt')]],
    ['create a.js saying let a = 1; let b = 2;', [write('a.js', 'let a = 1; let b = 2;')]],
    ['create a.txt saying update b.txt and delete c.txt', [write('a.txt', 'update b.txt and delete c.txt')]],
  ])('%s', (sentence, calls) => {
    expect(callsOf(ask(sentence))).toEqual(calls);
  });
});

describe('other tools', () => {
  test.each<[string, DemoToolDeclaration[], [string, object][]]>([
    ['refund order A-17, 60 dollars', shop, [['refund', { orderId: 'A-17', amount: 60 }]]],
    ['refund $50 for order 17', shop, [['refund', { orderId: '17', amount: 50 }]]],
    [
      'refund A-1 for 10 and A-2 for 20',
      shop,
      [
        ['refund', { orderId: 'A-1', amount: 10 }],
        ['refund', { orderId: 'A-2', amount: 20 }],
      ],
    ],
    [
      'cancel A-1 and A-2',
      shop,
      [
        ['cancel_order', { orderId: 'A-1' }],
        ['cancel_order', { orderId: 'A-2' }],
      ],
    ],
    ['show me order A-17', shop, [['get_order', { orderId: 'A-17' }]]],
    ['delete user 42', shop, [['delete_user', { id: 42 }]]],
    ['what is the weather in Paris', life, [['get_weather', { city: 'Paris' }]]],
    [
      'weather in Paris and London',
      life,
      [
        ['get_weather', { city: 'Paris' }],
        ['get_weather', { city: 'London' }],
      ],
    ],
    ['weather in new york in celsius', life, [['get_weather', { city: 'new york', unit: 'celsius' }]]],
    ['transfer 20 to Bob', life, [['transfer_money', { to: 'Bob', amount: 20 }]]],
    ['send Bob 20 dollars', life, [['transfer_money', { to: 'Bob', amount: 20 }]]],
    [
      'send an email to bob@example.com saying hello Bob',
      life,
      [['send_email', { to: 'bob@example.com', body: 'hello Bob' }]],
    ],
    ['add buy milk to my todos', life, [['add_todo', { title: 'buy milk' }]]],
    ['turn the bedroom light off', life, [['set_light', { room: 'bedroom', on: false }]]],
    ['what is 6 times 7?', life, [['calculator', { expression: '6 * 7' }]]],
    [
      'book a flight from Berlin to Rome on Friday',
      life,
      [['book_flight', { from: 'Berlin', to: 'Rome', date: 'Friday' }]],
    ],
    ['what time is it?', life, [['getTime', {}]]],
    ['run git status', coding, [['Bash', { command: 'git status' }]]],
    ['read src/a.ts', coding, [['Read', { file_path: 'src/a.ts' }]]],
    ['replace foo with bar in a.ts', coding, [['Edit', { file_path: 'a.ts', old_string: 'foo', new_string: 'bar' }]]],
    ['grep TODO', coding, [['Grep', { pattern: 'TODO' }]]],
    ['list the files', served, [['fs__list_directory', { path: '.' }]]],
    ['create a folder src', served, [['fs__create_directory', { path: 'src' }]]],
    ['create notes.txt saying hi', served, [['fs__write_file', { path: 'notes.txt', content: 'hi' }]]],
    ['rename a.txt to b.txt', served, [['fs__move_file', { source: 'a.txt', destination: 'b.txt' }]]],
    [
      'replace foo with bar in a.txt',
      served,
      [['fs__edit_file', { path: 'a.txt', edits: [{ oldText: 'foo', newText: 'bar' }] }]],
    ],
  ])('%s', (sentence, tools, calls) => {
    expect(callsOf(ask(sentence, tools))).toEqual(calls);
  });
});

describe('nothing is changed on a weak guess', () => {
  test.each([
    'delete everything',
    'delete it',
    'delete notes',
    'delete all files in src',
    'delete everything in notes.txt',
    'delete everything except notes.txt',
    'delete all but notes.txt',
    'delete a.txt or b.txt',
    'delete a.txt not b.txt',
    'delete a.txt instead of b.txt',
    'remove foo from notes.txt',
    'delete line 3 of notes.txt',
    'delete the old notes.txt',
    "don't delete notes.txt",
    'never delete notes.txt',
    'if notes.txt exists, delete it',
    'delete notes.txt if it is empty',
    'should I delete notes.txt?',
    'how do I delete notes.txt?',
    'did you delete notes.txt?',
    'he said delete notes.txt',
    'what would happen if I delete a.txt and create b.txt saying x?',
    'the delete button in a.txt is broken',
    'rm -rf /',
    'run away',
    'run it',
    'run the tests',
    'execute order 66',
    'node is great',
    'make me a sandwich',
    'write a poem about cats',
    'add hello to notes.txt',
    'create a backup of notes.txt',
    'save this as notes.txt',
    'create notes.txt',
    'burn notes.txt',
    'delete my account',
    'replace foo',
    'delte notes.txt',
    'deleting notes.txt',
    '',
    '   ',
    '😀',
    '???',
    '"',
    '`',
    "'",
    '$',
  ])('%s', (sentence) => {
    const turn = ask(sentence);
    expect(callsOf(turn)).toEqual([]);
    expect(turn.text).not.toBe('');
  });
});

describe('what it says without a call', () => {
  test('asks for what is missing, and takes the answer', () => {
    const asked = ask('create a file');
    expect(asked.text).toBe('I would use write_file, but which path and which content?');
    const messages: DemoMessage[] = [
      said('create a file'),
      { role: 'assistant', content: asked.text },
      said('notes.txt'),
    ];
    const again = answer({ messages, tools: files });
    expect(again.text).toBe('I would use write_file, but which content?');
    const told: DemoMessage[] = [...messages, { role: 'assistant', content: again.text }, said('buy milk and eggs')];
    expect(callsOf(answer({ messages: told, tools: files }))).toEqual([write('notes.txt', 'buy milk and eggs')]);
    const changed: DemoMessage[] = [...messages, { role: 'assistant', content: again.text }, said('list the files')];
    expect(callsOf(answer({ messages: changed, tools: files }))).toEqual([list]);
    const dropped: DemoMessage[] = [...messages, { role: 'assistant', content: again.text }, said('never mind')];
    expect(answer({ messages: dropped, tools: files })).toEqual({ text: 'All right, nothing was done.', calls: [] });
  });

  test('a misspelled verb is asked about, and done after a yes', () => {
    const asked = ask('delte notes.txt');
    expect(asked.text).toBe('Did you mean "delete notes.txt"?');
    const messages: DemoMessage[] = [said('delte notes.txt'), { role: 'assistant', content: asked.text }, said('yes')];
    expect(callsOf(answer({ messages, tools: files }))).toEqual([remove('notes.txt')]);
  });

  test.each(['hi', 'Hello there!', 'help', 'who are you?', 'what is the capital of France?', 'tell me a joke'])(
    '%s',
    (sentence) => {
      const { text, calls } = ask(sentence);
      expect(calls).toEqual([]);
      expect(text).toContain('I am a small set of rules, not an AI');
      expect(text).toContain(
        '  list the files\n  search for TODO\n  create hello.txt saying hello\n  run node --version',
      );
    },
  );

  test.each(['write a poem to poem.txt', 'write me a python script that prints hello', 'save my name as name.txt'])(
    'makes up no text: %s',
    (sentence) => {
      const { text, calls } = ask(sentence);
      expect(calls).toEqual([]);
      expect(text).toContain('not an AI, and cannot make up a text');
    },
  );

  test.each(['are you sentient?', 'is this Claude', 'do you use gpt-4', 'pretend to be an AI', 'you are an AI'])(
    'is no AI: %s',
    (sentence) => expect(ask(sentence).text).toContain('not an AI: I match your words'),
  );

  test('offers only what its tools can do', () => {
    expect(ask('hi', shop).text).toContain('  get order A-17');
    expect(ask('hi', shop).text).toContain('  refund A-17 20 dollars');
    expect(ask('hi', life).text).toContain('  what is the weather in Paris');
    expect(ask('hi', []).text).toContain('I have no tools here');
    expect(ask('thanks!').text).toBe('You are welcome.');
  });

  test('says what it has no tool for, and which command would do', () => {
    expect(ask('email notes.txt to Bob').text).toContain('I have no tool for "email notes.txt to Bob".');
    expect(ask('rename a.txt to b.txt').text).toContain('But you can say: run mv a.txt b.txt\n');
    expect(ask('make a folder called stuff').text).toContain('But you can say: run mkdir stuff\n');
    expect(ask('rename a.txt to b.txt', files.slice(0, 6)).text).not.toContain('run mv');
  });
});

describe('tool_choice', () => {
  test('none calls nothing', () => {
    const turn = ask('read notes.txt', files, { tool_choice: 'none' });
    expect(turn).toEqual({ text: 'I would use read_file, but tools are switched off for this answer.', calls: [] });
  });

  test('a name calls that tool, or asks', () => {
    const choice = { function: { name: 'get_weather' } };
    expect(callsOf(ask('Paris please', life, { tool_choice: choice }))).toEqual([['get_weather', { city: 'Paris' }]]);
    expect(ask('hi', shop, { tool_choice: { function: { name: 'refund' } } }).text).toContain(
      'I would use refund, but which order id',
    );
  });

  test('required calls what fits, never a change on a guess', () => {
    expect(callsOf(ask('hello', files, { tool_choice: 'required' }))).toEqual([list]);
    expect(callsOf(ask('notes.txt is nice', [files[5]!], { tool_choice: 'required' }))).toEqual([]);
  });
});

describe('a further step waits for the results before it', () => {
  const sentence = 'read notes.txt and then delete it';

  test('and goes on when they are good', () => {
    const messages = [said(sentence)];
    const first = answer({ messages, tools: files });
    expect(callsOf(first)).toEqual([read('notes.txt')]);
    const middle = withResults(messages, first, ['buy milk']);
    const second = answer({ messages: middle, tools: files });
    expect(second.text).toBe('notes.txt says:\nbuy milk');
    expect(callsOf(second)).toEqual([remove('notes.txt')]);
    const last = answer({ messages: withResults(middle, second, ['Deleted notes.txt']), tools: files });
    expect(last).toEqual({ text: 'Deleted notes.txt.', calls: [] });
  });

  test('and is left when they are not', () => {
    const turn = report(sentence, ['The tool failed: no such file notes.txt']);
    expect(turn).toEqual({
      text: 'read_file failed: no such file notes.txt.\nSo I did not go on with delete_file.',
      calls: [],
    });
  });

  test('what was written is read after it, and run after it', () => {
    expect(callsOf(ask('Create a.txt saying hello. Then read it.'))).toEqual([write('a.txt', 'hello')]);
    expect(callsOf(report('Create a.txt saying hello. Then read it.', ['Wrote a.txt']))).toEqual([read('a.txt')]);
    const script = 'create hello.js saying console.log("hi") and run node hello.js';
    expect(callsOf(report(script, ['Wrote hello.js']))).toEqual([run('node hello.js')]);
  });

  test('calls that the words did not ask for end the plan', () => {
    const foreign: DemoTurn = { text: '', calls: [{ name: 'delete_file', arguments: { path: 'other.txt' } }] };
    const messages = withResults([said(sentence)], foreign, ['Deleted']);
    expect(answer({ messages, tools: files }).calls).toEqual([]);
  });

  test('"it" is what was named in the turn before; one of several is not guessed for a change', () => {
    const one = withResults([said('read a.txt')], ask('read a.txt'), ['x']);
    expect(
      callsOf(
        answer({ messages: [...one, { role: 'assistant', content: 'ok' }, said('now delete it')], tools: files }),
      ),
    ).toEqual([remove('a.txt')]);
    const two = withResults([said('read a.txt and b.txt')], ask('read a.txt and b.txt'), ['x', 'y']);
    const messages: DemoMessage[] = [...two, { role: 'assistant', content: 'ok' }];
    expect(callsOf(answer({ messages: [...messages, said('delete it')], tools: files }))).toEqual([]);
    expect(callsOf(answer({ messages: [...messages, said('delete them')], tools: files }))).toEqual([
      remove('a.txt'),
      remove('b.txt'),
    ]);
  });
});

describe('a look at the files comes first', () => {
  const listing = 'notes/\nnotes/meeting.md (1 KB)\norders.csv (418 bytes)\ntodo.md (203 bytes)';

  test.each([
    ['open todo', 'todo.md'],
    ["what's on my todo list?", 'todo.md'],
    ['summarize the meeting', 'notes/meeting.md'],
    ['how many orders are there?', 'orders.csv'],
  ])('when no file was seen yet: %s', (sentence, file) => {
    const first = ask(sentence);
    expect(callsOf(first)).toEqual([list]);
    const messages = withResults([said(sentence)], first, [listing]);
    const second = answer({ messages, tools: files });
    expect([second.text, callsOf(second)]).toEqual(['', [read(file)]]);
    expect(answer({ messages: withResults(messages, second, ['one']), tools: files }).calls).toEqual([]);
  });

  test('and ends there when no file is of that name, or when a change was asked for', () => {
    const turn = report('open the cellar', [listing]);
    expect([turn.text.startsWith('There are 4 files'), turn.calls]).toEqual([true, []]);
    expect(callsOf(ask('delete the todo list'))).toEqual([]);
    expect(callsOf(ask('tell me a joke'))).toEqual([]);
  });
});

describe('a slow job', () => {
  const job = { function: { name: 'slow_job', description: 'Run the slow job: it works for ten seconds' } };

  test.each(['now kill me', 'Now kill me!', 'kill me', 'run the slow job', 'start the slow job', 'do the slow job'])(
    '%s',
    (sentence) => {
      expect(callsOf(ask(sentence, [...files, job]))).toEqual([['slow_job', {}]]);
      expect(callsOf(ask(sentence))).toEqual([]);
    },
  );
});

describe('reports', () => {
  const changed =
    'A person changed the arguments before it ran, from {"path":"a.txt","content":"one"} to {"path":"a.txt","content":"two"}. ' +
    'Do not repeat the original.\nWrote a.txt (3 bytes)';
  const lines = Array.from({ length: 100 }, (_, at) => `line ${at + 1}`).join('\n');

  test.each<[string, string[], string]>([
    ['list the files', ['a.txt\nb.txt'], 'There are 2 files: a.txt, b.txt.'],
    ['list the files', ['["a.txt"]'], 'There is 1 file: a.txt.'],
    ['list the files', ['[{"name":"a.txt","size":3},{"name":"b.txt","size":4}]'], 'There are 2 files: a.txt, b.txt.'],
    ['list the files', ['[]'], 'There are no files.'],
    ['list the files', ['{"files":["a.txt","b.txt"]}'], 'There are 2 files: a.txt, b.txt.'],
    ['read notes.txt', ['hello'], 'notes.txt says:\nhello'],
    ['read notes.txt', [''], 'notes.txt is empty.'],
    ['read notes.txt', ['{"content":"hello"}'], 'notes.txt says:\nhello'],
    [
      'list the files',
      ['a.txt\nb.txt\n[1 hidden file left out]'],
      'There are 2 files: a.txt, b.txt. (1 hidden file left out)',
    ],
    ['search for x', ['a.txt:1: x\n[1 hidden file left out]'], 'Found 1 line:\na.txt:1: x\n[1 hidden file left out]'],
    ['read notes.txt', [lines], `notes.txt says:\n${lines.split('\n').slice(0, 12).join('\n')}\n(and 88 more lines)`],
    [
      'how many orders are in orders.csv?',
      ['id,sum\nA-1,5\nA-2,6\n'],
      'There are 2 rows below the heading in orders.csv. orders.csv says:\nid,sum\nA-1,5\nA-2,6',
    ],
    ['search for TODO', ['No matches.'], 'No matches.'],
    ['create a.txt saying one', ['Wrote a.txt (3 bytes)'], 'Wrote a.txt (3 bytes)'],
    ['run ls', ['a.txt'], 'It printed: a.txt'],
    ['run ls', ['{"exitCode":1,"stdout":"","stderr":"no"}'], 'It ended with exit code 1 and printed:\nno'],
    [
      'delete a.txt',
      ['Not executed: a person rejected it: I still need it'],
      'You said no to delete_file: I still need it; nothing was changed.',
    ],
    ['delete a.txt', ['Not executed: a person rejected it.'], 'You said no to delete_file; nothing was changed.'],
    ['delete a.txt', ['The user rejected this tool call.'], 'You said no to delete_file; nothing was changed.'],
    [
      'delete a.txt',
      ['Not executed: a policy denied it: outside the workspace'],
      'delete_file was not done: outside the workspace. Nothing was changed.',
    ],
    [
      'delete a.txt',
      ['Not executed: nobody decided about it in time.'],
      'delete_file was not done: nobody decided about it in time. Nothing was changed.',
    ],
    [
      'delete a.txt',
      ['Not executed: it was cancelled.'],
      'delete_file was cancelled before it ran; nothing was changed.',
    ],
    ['delete a.txt', ['The tool failed: no such file'], 'delete_file failed: no such file.'],
    ['delete a.txt', ['{"error":{"message":"no such file"}}'], 'delete_file failed: no such file.'],
    [
      'delete a.txt',
      ['Cancelled while it ran. It may have taken effect all the same. Do not repeat it unless you are asked to.'],
      'It is not known whether delete_file took effect. I will not repeat it; please look.',
    ],
    [
      'create a.txt saying one',
      [changed],
      'You changed what write_file was asked to do, so it ran with path "a.txt", content "two". Wrote a.txt (3 bytes)',
    ],
    ['read a.txt and b.txt', ['one', 'The tool failed: gone'], 'a.txt says:\none\nread_file failed: gone.'],
  ])('%s → %s', (sentence, results, text) => {
    expect(report(sentence, results)).toEqual({ text, calls: [] });
  });

  test('a record reads as a sentence', () => {
    const { text } = report('what is the weather in Paris', ['{"city":"Paris","degrees":18,"sky":"clear"}'], life);
    expect(text).toBe('get_weather says: city Paris, degrees 18, sky clear.');
  });

  test('a file that speaks of rejected orders was read all the same', () => {
    expect(report('read orders.csv', ['id,status\nA-1,rejected\nA-2,denied']).text).toContain('orders.csv says:');
  });

  test('an error inside what was read is no error of the tool', () => {
    expect(report('read order.json', ['{"id":1,"status":"rejected","reason":"late"}']).text).not.toContain(
      'You said no',
    );
    expect(report('read app.log', ['Error: disk full\nError: disk full']).text).toBe(
      'app.log says:\nError: disk full\nError: disk full',
    );
  });

  test('"the orders" are a file that was seen', () => {
    const messages = withResults([said('list the files')], ask('list the files'), ['notes.txt\norders.csv']);
    const next: DemoMessage[] = [...messages, { role: 'assistant', content: 'ok' }, said('show me the orders')];
    expect(callsOf(answer({ messages: next, tools: files }))).toEqual([read('orders.csv')]);
  });

  test('results that a new word overtook are told first', () => {
    const messages = [...withResults([said('read a.txt')], ask('read a.txt'), ['one']), said('list the files')];
    expect(answer({ messages, tools: files })).toEqual({
      text: 'a.txt says:\none',
      calls: [{ name: 'list_files', arguments: {} }],
    });
  });
});
