import { expect, test } from 'vitest';
import { preflight } from './door.ts';

test.each(['authorization', 'last-event-id', 'x-run-id'])('a page of an allowed origin may send %s', (header) => {
  expect(preflight().headers.get('access-control-allow-headers')?.split(', ')).toContain(header);
});
