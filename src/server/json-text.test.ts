import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { shopsOfTests } from '../../test/server/shop.ts';
import { agUi } from './ag-ui/index.ts';
import { aiSdk } from './ai-sdk/index.ts';
import { repeatedName } from './json-text.ts';
import { mcp } from './mcp/index.ts';

const shopWith = shopsOfTests();

describe('a member that an object has twice', () => {
  test.each([
    ['{"a":1,"a":1}', 'a'],
    ['{"a":1,"b":{"a":1},"c":[{"a":1},{"a":1}]}', undefined],
    ['[{"b":{"a":{},"c":[],"a" : {}}}]', 'a'],
    [String.raw`{"type":"reject","ty\u0070e":"approve"}`, 'type'],
    [String.raw`{"a":"\",\"a\":1","b":"a"}`, undefined],
    [String.raw`{"a\"":1,"a\\\"":1}`, undefined],
    [String.raw`{"a\"":1,"a\u0022" :1}`, 'a"'],
    ['{"":1,"":2}', ''],
    ['{"__proto__":1,"__proto__":2}', '__proto__'],
    ['{"a":"a","b":["a","a"]}', undefined],
    ['"a"', undefined],
  ])('is found however it is written, and only there: %s', (text, name) => {
    expect(repeatedName(text)).toBe(name);
    JSON.parse(text);
  });

  test('is found wherever it stands, and nothing is where there is none', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.string(), fc.integer({ min: 0, max: 2 }), (value, name, indent) => {
        expect(repeatedName(JSON.stringify(value, undefined, indent))).toBeUndefined();
        const key = JSON.stringify(name);
        const twice = JSON.stringify({ around: [value, 'here', value] }, undefined, indent);
        const text = twice.replace('"here"', () => `{${key}:1, "x${name.length}" : 2,\n${key} :3}`);
        fc.pre(twice.split('"here"').length === 2 && name !== `x${name.length}`);
        expect(repeatedName(text)).toBe(name);
      }),
    );
  });

  test('is refused in what people decide, in every protocol: nothing is decided by whichever counts (D1, D6, D7)', async () => {
    const shop = shopWith({ dialects: [agUi(), aiSdk(), mcp()] });
    const { thread, call, seen } = await shop.waiting();
    const sent = async (path: string, body: string) => {
      const headers = { authorization: 'Bearer max', 'content-type': 'application/json' };
      const request = new Request(`http://localhost${path}`, { method: 'POST', headers, body });
      const response = await shop.handler.fetch(request);
      return [response.status, await response.json()];
    };
    const about = `"call":${JSON.stringify(call)},"seen":${JSON.stringify(seen)}`;
    const bodies = [
      `{"decisions":[{${about},"decision":{"type":"reject","type":"approve"}}]}`,
      String.raw`{"decisions":[{${about},"decision":{"type":"reject","t\u0079pe":"approve"}}]}`,
      `{"decisions":[{${about},"decision":{"type":"reject"},"decision":{"type":"approve"}}]}`,
      `{"decisions":[{${about},"decision":{"type":"approve","input":{"amount":1,"amount":99}}}]}`,
      `{"decisions":[],"decisions":[{${about},"decision":{"type":"approve"}}]}`,
    ];
    for (const body of bodies)
      expect(await sent(`/threads/${thread}/decisions`, body)).toMatchObject([
        400,
        {
          code: 'malformed',
          detail: expect.stringMatching(/^An object in the body has "(type|decision|amount|decisions)" twice\.$/),
        },
      ]);
    for (const path of ['/ai-sdk', '/ag-ui', '/mcp', `/threads/${thread}/messages`])
      expect(await sent(path, '{"id":"a","id":"b"}')).toMatchObject([400, { code: 'malformed' }]);
    expect((await shop.ask('kim', `GET /threads/${thread}`)).body.waiting).toMatchObject([
      { call: { id: call }, seen },
    ]);
    expect(shop.paid).toEqual([]);
  });
});
