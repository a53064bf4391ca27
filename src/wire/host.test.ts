import { expect, test } from 'vitest';
import { isHost } from './host.ts';

test.each(['localhost', 'app.example:8080', '127.0.0.1', '[::1]', '[::1]:4141', 'bücher.example'])(
  '%s is a host',
  (host) => {
    expect(isHost(host)).toBe(true);
  },
);

test.each(['', ' ', 'a b', 'a/b', 'a\\b', 'a?b', 'a#b', 'a@b', 'a:99999', 'a:b', '[::1', '127.0.0.1, evil.example'])(
  '%j is none',
  (host) => {
    expect(isHost(host)).toBe(false);
  },
);
