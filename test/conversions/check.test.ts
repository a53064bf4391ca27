// The checks of requests find what is wrong: each request is broken in a few ways, and each way is noticed.
import { describe, expect, test } from 'vitest';
import { isObject } from '../../src/conversation/json.ts';
import type { Members } from './check/common.ts';
import { lost, textsOf } from './check/common.ts';
import { idKinds } from './ids.ts';
import { requestTo } from './request.ts';
import { talk } from './talk.ts';
import { conversionWires } from './wires.ts';

/** The list of messages, turns or items. */
function listIn(body: Members): Members[] {
  return (body['messages'] ?? body['input'] ?? body['contents']) as Members[];
}

const isResult = (value: unknown): boolean =>
  isObject(value) &&
  (value['role'] === 'tool' ||
    /^(function_call_output|tool_result)$/.test(String(value['type'])) ||
    value['functionResponse'] !== undefined);

/** The first list, at any depth, that holds results. */
function resultsIn(value: unknown): unknown[] | undefined {
  if (Array.isArray(value) && value.some(isResult)) return value;
  for (const member of isObject(value) || Array.isArray(value) ? Object.values(value) : []) {
    const found = resultsIn(member);
    if (found) return found;
  }
  return undefined;
}

const breaks: Readonly<Record<string, (body: Members) => unknown>> = {
  'a result that is missing': (body) => {
    const list = resultsIn(body)!;
    list.splice(list.findIndex(isResult), 1);
  },
  'two results in the wrong order': (body) => {
    const list = resultsIn(body)!;
    const place = list.findIndex(isResult);
    list.splice(place, 2, list[place + 1], list[place]);
  },
  'a message of the user before the results': (body) => {
    const list = listIn(body);
    const place = list.findIndex((one) => JSON.stringify(one).includes('the corner'));
    const isSaid = list === body['messages'] || list === body['input'];
    list.splice(place + 1, 0, {
      role: 'user',
      ...(isSaid ? { content: [{ text: 'Hi' }] } : { parts: [{ text: 'Hi' }] }),
    });
  },
  'an answer with calls that is missing': (body) => {
    const list = listIn(body);
    list.splice(
      list.findIndex((one) => JSON.stringify(one).includes('the corner')),
      1,
    );
  },
};

describe.each(Object.entries(conversionWires))('in a request over %s', (_, { models, speak, check }) => {
  test.each(Object.entries(breaks))('is noticed %s', async (_, broken) => {
    const conversation = await talk(models.home, speak, idKinds['usual']!());
    const body = JSON.parse((await requestTo(models.home, conversation)).text) as Members;
    expect(check(body, conversation.messages)).toEqual([]);
    broken(body);
    expect(check(body, conversation.messages)).not.toEqual([]);
  });

  test('is noticed a text that is missing', async () => {
    const conversation = await talk(models.home, speak, idKinds['usual']!());
    const { text } = await requestTo(models.home, conversation);
    expect(lost(text.replace('Once upon', 'Twice upon'), textsOf(conversation.messages))).toHaveLength(1);
  });
});
