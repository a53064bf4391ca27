import { createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { Notice } from './notice.ts';
import { signaturesOf } from './signature.ts';
import { webhook } from './webhook.ts';
import type { WebhookOptions } from './webhook.ts';

const thread: Notice['thread'] = {
  tenant: 'acme',
  thread: 't1',
  title: 'A refund',
  chat: 'default',
  status: 'paused',
  seq: 3,
  createdAt: 1,
  updatedAt: 2,
};
const call = {
  id: 'c1',
  name: 'pay',
  arguments: '{"amount":50}',
  input: { amount: 50 },
  revision: 2,
  state: 'awaiting-approval',
  requirements: [{ reason: 'over 20', approvers: ['finance'] }],
} as const;
const notice: Notice = { id: 'n1', type: 'call.waiting', at: 1_700_000_000_000, thread, call, to: ['finance'] };

/** What is posted, by a webhook whose receiver answers so. */
async function posted(options: Partial<WebhookOptions>, answer: () => Response = () => new Response(null)) {
  const requests: Request[] = [];
  const fetch = async (request: Request): Promise<Response> => {
    requests.push(request.clone());
    return answer();
  };
  const send = webhook({ url: 'https://hooks.example/x', now: () => 1_731_705_121_999, ...options, fetch });
  const failure = await send(notice, { signal: new AbortController().signal }).then(
    () => undefined,
    (error: unknown) => error,
  );
  const [request] = requests;
  return { request: request!, body: await request!.text(), failure };
}

describe('a webhook', () => {
  test('is signed as Standard Webhooks has it', async () => {
    // As the reference library (standardwebhooks 1.0.0) signs it.
    const secret = 'whsec_plJ3nmyCDGBKInavdOK15jsl';
    const body = '{"event_type":"ping","data":{"success":true}}';
    const signed = { id: 'msg_loFOjxBtrRLzqYUf', seconds: 1_731_705_121, body };
    expect(await signaturesOf([secret], signed)).toBe('v1,iOO8uPCAVPqOiZUDGZWlEsWVtYF1MhVGonlWVoEtxmk=');
  });

  test('carries its id, when it was sent, and a signature for each secret', async () => {
    const { request, body } = await posted({ secret: ['new', 'old'] });
    const { headers } = request;
    expect([headers.get('webhook-id'), headers.get('webhook-timestamp')]).toEqual(['n1', '1731705121']);
    const expected = ['new', 'old'].map(
      (secret) => `v1,${createHmac('sha256', secret).update(`n1.1731705121.${body}`).digest('base64')}`,
    );
    expect(headers.get('webhook-signature')).toBe(expected.join(' '));
    expect((await posted({})).request.headers.get('webhook-signature')).toBeNull();
  });

  test('tells what waits where and for whom, and nothing of its input, unless it is told how', async () => {
    const { body } = await posted({});
    expect(JSON.parse(body)).toEqual({
      type: 'call.waiting',
      timestamp: '2023-11-14T22:13:20.000Z',
      data: {
        tenant: 'acme',
        thread: 't1',
        title: 'A refund',
        call: 'c1',
        name: 'pay',
        state: 'awaiting-approval',
        to: ['finance'],
        reasons: ['over 20'],
      },
    });
    expect(body).not.toContain('50');
    const slack = await posted({ body: async ({ call: one }) => ({ text: `${one.name} waits` }) });
    expect(slack.body).toBe('{"text":"pay waits"}');
  });

  test.each([
    ['an error', () => new Response('no', { status: 500 }), undefined],
    ['too many', () => new Response(null, { status: 429, headers: { 'retry-after': '7' } }), 7_000],
    [
      'a date',
      () => new Response(null, { status: 503, headers: { 'retry-after': 'Fri, 15 Nov 2024 21:13:01 GMT' } }),
      59_001,
    ],
    ['a redirection', () => new Response(null, { status: 302, headers: { location: 'http://10.0.0.1/' } }), undefined],
  ])('that is answered with %s has failed', async (_, answer, retryAfter) => {
    const { failure, request } = await posted({}, answer);
    expect(failure).toMatchObject({ code: 'network', retryable: true, retryAfter });
    expect(request.redirect).toBe('manual');
  });

  test.each([
    [{ url: 'file:///etc/passwd' }, 'no http or https address'],
    [{ url: '' }, 'no http or https address'],
    [{ url: 'https://x.example', secret: '' }, 'its secret is empty'],
    [{ url: 'https://x.example', secret: ['a', 'whsec_'] }, 'its secret is empty'],
  ])('that cannot be is an error when it is made', (options, sentence) => {
    expect(() => webhook(options)).toThrow(sentence);
  });
});
