import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { reportable } from './reportable.ts';

const secret = 'hunter2';
const call = { name: 'login', sensitive: ['password'] };

class LoginError extends Error {
  readonly password = secret;
}

test('an error of a tool that keeps nothing to itself is reported as it is', () => {
  const error = new LoginError(secret);
  expect(reportable(error, { name: 'login' })).toBe(error);
});

test('else its kind stays, and where it was thrown, and no word of it (X3)', () => {
  const error = new LoginError(`${secret}\n    at ${secret} (file.js:1:1)`, { cause: new Error(secret) });
  const told = reportable(error, call);
  expect(inspect(told)).toMatch(
    /^Error \[LoginError\]: what it says is withheld, since login has sensitive members\n {4}at /,
  );
  expect(inspect(told)).toContain('reportable.test.ts');
  expect(inspect(told, { showHidden: true, depth: 9 })).not.toContain(secret);
});

test('nor of one that says something else by now, of a name of its own, of what is no error, or will not be asked', () => {
  const changed = new Error(secret);
  changed.message = 'other';
  const named = Object.assign(new Error('no'), { name: secret });
  const unwilling = new Proxy(new Error(secret), {
    get() {
      throw new Error(secret);
    },
  });
  const emptied = new Error(`${secret}\n    at ${secret} (file.js:1:1)`);
  emptied.message = '';
  for (const error of [changed, emptied, named, secret, { secret }, unwilling, undefined]) {
    expect(inspect(reportable(error, call))).not.toContain(secret);
  }
});
