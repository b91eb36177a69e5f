import { gzipSync } from 'node:zlib';
import { createGuard, createWebhookClient } from '@inlet/connectors';
import { fakeClock, type Receiver, type ReceiverAnswer, startReceiver } from '@inlet/testing';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type PostDeliveryOptions, postDelivery } from './post-delivery.js';

const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const BODY = Buffer.from('{"type":"import.records","data":{"rows":[{"name":"Łódź"}]}}');

describe('postDelivery', () => {
  let receiver: Receiver;
  const guard = createGuard({ allowedPrivateNetworks: ['127.0.0.1'] });
  const webhooks = createWebhookClient({ guard, userAgent: 'Inlet/test', now: Date.now });
  beforeAll(async () => {
    receiver = await startReceiver();
  });
  beforeEach(() => {
    receiver.clear();
    receiver.answerWith({});
  });
  afterAll(async () => {
    guard.close();
    await receiver.close();
  });

  const send = (options: Partial<PostDeliveryOptions> = {}) =>
    postDelivery({
      webhooks,
      destination: { url: receiver.url },
      secrets: [SECRET],
      id: 'dlv_00000000000000000000000001',
      body: [BODY.subarray(0, 20), BODY.subarray(20, 57), BODY.subarray(57)],
      now: () => new Date(),
      ...options,
    });
  const host = () => `127.0.0.1:${receiver.port}`;

  it('sends a message that the standardwebhooks package verifies, with the auth header', async () => {
    const authHeader = { name: 'Authorization', value: 'Bearer abc' };
    const outcome = await send({ destination: { url: receiver.url, authHeader } });
    expect(outcome).toMatchObject({
      kind: 'acknowledged',
      rejected: [],
      attempt: { status: 200, error: null },
    });
    const [request] = receiver.requests;
    expect(request?.rawBody).toEqual(BODY);
    expect(request?.headers).toMatchObject({
      authorization: 'Bearer abc',
      'content-type': 'application/json; charset=utf-8',
      'webhook-id': 'dlv_00000000000000000000000001',
    });
    const headers = Object.fromEntries(
      Object.entries(request?.headers ?? {}).map(([name, value]) => [name, String(value)]),
    );
    const verified = new Webhook(SECRET).verify(request?.rawBody ?? '', headers, { jsonParse: true });
    expect(verified).toEqual(JSON.parse(BODY.toString()));
  });

  it('keeps the id in each attempt and sends a new timestamp and signature', async () => {
    const clock = fakeClock('2026-01-05T09:00:00.000Z');
    const first = await send({ now: clock.now });
    clock.advance(5000);
    await send({ now: clock.now });
    expect(first.attempt.at).toBe('2026-01-05T09:00:00.000Z');
    const [one, two] = receiver.requests.map(({ headers }) => headers);
    expect(two?.['webhook-id']).toBe(one?.['webhook-id']);
    expect(one?.['webhook-timestamp']).toBe('1767603600');
    expect(two?.['webhook-timestamp']).toBe('1767603605');
    expect(two?.['webhook-signature']).not.toBe(one?.['webhook-signature']);
  });

  describe('rejected rows', () => {
    it('are read from the response, with the messages of the receiver', async () => {
      receiver.answerWith({
        body: {
          results: [
            {
              rowKey: 'a',
              status: 'rejected',
              errors: [{ columnKey: 'price', message: 'too cheap' }, 'sold out'],
            },
            { rowKey: 'b', status: 'accepted' },
            { rowKey: 'c', status: 'Rejected' },
            { rowKey: 'd', status: 'rejected', errors: [{ columnKey: null, message: 'x'.repeat(600) }] },
          ],
        },
      });
      expect(await send()).toMatchObject({
        kind: 'acknowledged',
        rejected: [
          {
            rowKey: 'a',
            errors: [
              { columnKey: 'price', message: 'too cheap' },
              { columnKey: null, message: 'sold out' },
            ],
          },
          {
            rowKey: 'c',
            errors: [{ columnKey: null, message: 'The receiver rejected the row without a reason.' }],
          },
          { rowKey: 'd', errors: [{ columnKey: null, message: 'x'.repeat(500) }] },
        ],
      });
    });

    it.each([
      ['`errors` is null', { rowKey: 'a', status: 'rejected', errors: null }],
      ['`errors` is no list', { rowKey: 'a', status: ' rejected', errors: { price: 'too cheap' } }],
      ['no error has a message', { rowKey: 'a', status: 'rejected', errors: [{ field: 'price' }, 7] }],
    ])('are read if %s, and beside entries of another form', async (_, result) => {
      receiver.answerWith({ body: `\uFEFF${JSON.stringify({ results: [null, 5, { rowKey: 7 }, result] })}` });
      expect(await send()).toMatchObject({
        rejected: [
          {
            rowKey: 'a',
            errors: [{ columnKey: null, message: 'The receiver rejected the row without a reason.' }],
          },
        ],
      });
    });

    it('can be all rows of the largest possible batch', async () => {
      const results = Array.from({ length: 5000 }, (_, row) => ({
        rowKey: `row-${row}`,
        status: 'rejected',
        errors: [{ columnKey: 'name', message: `There is already a product of this name: ${row}` }],
      }));
      receiver.answerWith({ body: { results } });
      const outcome = await send();
      expect(outcome.kind === 'acknowledged' && outcome.rejected.length).toBe(5000);
    });

    it.each([
      ['nothing', ''],
      ['text', 'OK, thank you'],
      ['HTML', '<html><body>Welcome</body></html>'],
      ['broken JSON', '{"results":['],
      ['another shape', { results: { a: 'rejected' } }],
      ['another list', { results: [{ id: 1 }] }],
      ['null', 'null'],
      ['bytes', Buffer.from([0xff, 0xfe, 0x00, 0x80])],
      ['far too much', 'x'.repeat(6_000_000)],
    ])('do not occur in a 2xx response with %s: any 2xx body counts as acknowledged', async (_, body) => {
      receiver.answerWith({ status: 202, body });
      expect(await send()).toMatchObject({ kind: 'acknowledged', rejected: [], attempt: { status: 202 } });
    });

    it('do not occur in a 200 response that breaks off', async () => {
      receiver.answerWith({ body: '{"results":[{"rowKey":"a","status":"rej', fault: 'destroy_in_body' });
      expect(await send()).toMatchObject({ kind: 'acknowledged', rejected: [] });
    });

    const json = { 'content-type': 'application/json; charset=utf-8' };
    it.each<[string, ReceiverAnswer]>([
      ['is too large', { body: 'x'.repeat(6_000_000) }],
      ['breaks off', { body: '{"results":[]', fault: 'destroy_in_body' }],
      ['is compressed, which the request', { body: gzipSync('{}'), headers: { 'content-encoding': 'gzip' } }],
      ['is called JSON and is none', { body: '{"results":[', headers: json }],
      ['is called JSON and is none', { body: 'OK', headers: { 'content-type': 'application/problem+json' } }],
      ['is called JSON and is not UTF-8', { body: Buffer.from('{"a":"\xe4"}', 'latin1'), headers: json }],
    ])(
      'may be in an answer that %s, so the attempt says that it could not be read',
      async (fault, answer) => {
        receiver.answerWith(answer);
        expect(await send()).toMatchObject({
          kind: 'acknowledged',
          rejected: [],
          attempt: {
            status: 200,
            error: {
              code: 'acknowledgement_unreadable',
              detail: expect.stringContaining(`The answer of ${host()} ${fault}`),
            },
          },
        });
      },
    );

    it.each<[string, ReceiverAnswer]>([
      ['an empty one', { headers: json }],
      ['blanks', { body: ' \n', headers: json }],
      ['plain text', { body: 'OK', headers: { 'content-type': 'text/plain' } }],
      [
        'text in Latin-1',
        { body: Buffer.from('sch\xf6n', 'latin1'), headers: { 'content-type': 'text/plain' } },
      ],
      ['a page', { body: '<html>Welcome', headers: { 'content-type': 'text/html' } }],
      ['other JSON', { body: { ok: true }, headers: json }],
      ['a text without a type', { body: '{"results":[' }],
    ])('cannot be in %s: a plain acceptance', async (_, answer) => {
      receiver.answerWith(answer);
      expect(await send()).toMatchObject({ kind: 'acknowledged', rejected: [], attempt: { error: null } });
    });
  });

  it('keeps the first 500 characters of the response without splitting one', async () => {
    receiver.answerWith({ status: 500, body: `${'x'.repeat(499)}🥊 and more` });
    expect((await send()).attempt.answer).toBe('x'.repeat(499));
  });

  it.each([400, 401, 403, 404, 405, 409, 413, 415, 422, 451])('does not retry %d', async (status) => {
    receiver.answerWith({ status, headers: { 'retry-after': '5' }, body: 'no' });
    const outcome = await send();
    expect(outcome).toMatchObject({
      kind: 'failed',
      error: { code: 'delivery_rejected', detail: `${host()} answered with status ${status}.` },
      attempt: { status, answer: 'no', error: { code: 'delivery_rejected' } },
    });
    expect(receiver.requests).toHaveLength(1);
  });

  it.each([408, 425, 429, 500, 502, 503, 504])('retries %d', async (status) => {
    receiver.answerWith({ status });
    expect(await send()).toMatchObject({
      kind: 'retry',
      afterMs: null,
      error: { code: 'delivery_rejected' },
      attempt: { status },
    });
  });

  it.each([
    ['90', 90_000],
    ['Mon, 05 Jan 2026 09:10:00 GMT', 600_000],
    ['9999999', 86_400_000],
    ['0', 0],
    ['later', null],
  ])('returns how long the receiver asks to wait: %s', async (value, afterMs) => {
    receiver.answerWith({ status: 503, headers: { 'retry-after': value } });
    const { now } = fakeClock('2026-01-05T09:00:00.000Z');
    expect(await send({ now })).toMatchObject({ kind: 'retry', afterMs });
  });

  it('reports status 410 as gone', async () => {
    receiver.answerWith({ status: 410 });
    expect(await send()).toMatchObject({
      kind: 'gone',
      error: { code: 'delivery_gone' },
      attempt: { status: 410 },
    });
  });

  it.each([
    ['{"maxBytes":50000}', 50_000],
    ['{"message":"request entity too large","limit":102400}', 102_400],
    ['{"maxBytes":"much"}', null],
    ['<html>Too large', null],
  ])('reads the limit that a receiver states with 413: %s', async (body, maxBytes) => {
    receiver.answerWith({ status: 413, body });
    expect(await send()).toMatchObject({ kind: 'failed', maxBytes });
  });

  it.each([301, 302, 303, 307, 308])('fails for redirect %d without following it', async (status) => {
    receiver.answerWith({ status, headers: { location: receiver.url } });
    expect(await send()).toMatchObject({ kind: 'failed', error: { code: 'delivery_redirected' } });
    expect(receiver.requests).toHaveLength(1);
  });

  it('retries if the receiver is down, breaks off or is too slow', async () => {
    receiver.answerWith({ fault: 'destroy' });
    expect(await send()).toMatchObject({
      kind: 'retry',
      afterMs: null,
      error: { code: 'delivery_unreachable' },
      attempt: { status: null, answer: '' },
    });
    receiver.answerWith({ fault: 'hang' });
    expect(await send({ timeoutMs: 50 })).toMatchObject({
      kind: 'retry',
      error: { code: 'delivery_timeout' },
    });
    expect(await send({ destination: { url: 'http://127.0.0.1:1/' } })).toMatchObject({
      kind: 'retry',
      error: { code: 'delivery_unreachable' },
    });
  });

  it.each(['http://127.0.0.2/', 'http://169.254.169.254/', 'http://localhost/'])(
    'fails for the private address %s',
    async (url) => {
      const outcome = await postDelivery({
        webhooks: createWebhookClient({
          guard: createGuard({ allowedPrivateNetworks: [] }),
          userAgent: 'Inlet/test',
          now: Date.now,
        }),
        destination: { url },
        secrets: [SECRET],
        id: 'dlv_1',
        body: [BODY],
        now: () => new Date(),
      });
      expect(outcome).toMatchObject({ kind: 'failed', error: { code: 'delivery_address_private' } });
    },
  );

  it('throws the reason of an aborted signal', async () => {
    const reason = new Error('shutting down');
    const stop = new AbortController();
    receiver.answerWith(() => {
      stop.abort(reason);
      return { fault: 'hang' };
    });
    await expect(send({ signal: stop.signal })).rejects.toBe(reason);
  });
});
