import { headerNameSchema } from '@inlet/contracts';
import { type Receiver, startReceiver } from '@inlet/testing';
import { AxiosHeaders } from 'axios';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createGuard, createWebhookClient, type PostRequest } from '../index.js';

describe('the webhook client', () => {
  let receiver: Receiver;
  const guard = createGuard({ allowedPrivateNetworks: ['127.0.0.1'] });
  const client = createWebhookClient({ guard, userAgent: 'Inlet/test', now: Date.now });
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

  const post = (request: Partial<PostRequest> = {}) =>
    client.post({
      url: receiver.url,
      headers: { 'Content-Type': 'application/json', 'X-Auth': 's' },
      body: ['{"a":"', 'ä', '"}'].map((part) => Buffer.from(part)),
      timeoutMs: 5000,
      ...request,
    });

  it('sends the bytes unchanged and returns the response', async () => {
    receiver.answerWith({ status: 201, headers: { 'X-Seen': 'yes' }, body: 'thänks' });
    expect(await post()).toMatchObject({ status: 201, answer: 'thänks', headers: { 'x-seen': 'yes' } });
    expect(receiver.requests).toHaveLength(1);
    expect(receiver.requests[0]).toMatchObject({
      method: 'POST',
      path: '/hook',
      rawBody: Buffer.from('{"a":"ä"}'),
      headers: {
        'content-type': 'application/json',
        'content-length': '10',
        'user-agent': 'Inlet/test',
        'x-auth': 's',
      },
    });
  });

  it.each([204, 301, 404, 500])('returns a response with status %d without an error', async (status) => {
    receiver.answerWith({ status, headers: { location: receiver.url } });
    expect(await post()).toMatchObject({ status });
    expect(receiver.requests).toHaveLength(1);
  });

  it('cuts a long response, also one that never ends or breaks off', async () => {
    const body = 'x'.repeat(1000);
    receiver.answerWith({ body });
    expect(await post({ maxAnswerBytes: 10 })).toMatchObject({
      answer: 'xxxxxxxxxx',
      answerFault: 'too_large',
    });
    expect(await post({ maxAnswerBytes: 1000 })).toMatchObject({ answer: body, answerFault: null });
    receiver.answerWith({ body, fault: 'hang_in_body' });
    const cut = { status: 200, answer: body, answerFault: 'cut_off' };
    expect(await post({ timeoutMs: 1500 })).toMatchObject(cut);
    receiver.answerWith({ body, fault: 'destroy_in_body' });
    expect(await post()).toMatchObject(cut);
  });

  it('sends every header that can be set, whatever its name means to axios or JavaScript', async () => {
    const own = [AxiosHeaders.prototype, Object.prototype].flatMap(Object.getOwnPropertyNames);
    const methods = ['common', 'delete', 'get', 'head', 'patch', 'post', 'put', 'query', 'purge', 'link'];
    const all = [...own, ...methods, 'prototype', 'then', 'data', 'url', 'length'];
    const names = all.filter((name) => headerNameSchema.safeParse(name).success);
    for (const refused of ['__proto__', 'constructor', 'prototype', 'common', 'Get', 'POST'])
      expect(headerNameSchema.safeParse(refused).success, refused).toBe(false);
    for (const name of names) {
      await post({ headers: Object.fromEntries([[name, 'sent']]) });
      expect(receiver.requests.at(-1)?.headers[name.toLowerCase()], name).toBe('sent');
    }
    expect(names.length).toBeGreaterThan(20);
  });

  it('reuses the connection for the next batch', async () => {
    for (let batch = 1; batch <= 3; batch += 1) await post();
    expect(new Set(receiver.requests.map(({ connection }) => connection)).size).toBe(1);
  });

  it('opens a new connection if the server closes the reused one at that moment', async () => {
    await post();
    const [first] = receiver.requests;
    // Closes the reused connection on arrival, like a server whose keep-alive time has just ended.
    receiver.answerWith(({ connection }) =>
      connection === first?.connection ? { fault: 'destroy' } : { status: 202 },
    );
    const body = [Buffer.from('{"rows":["'), Buffer.alloc(1_000_000, 'ä'), Buffer.from('"]}')];
    expect(await post({ body })).toMatchObject({ status: 202 });
    expect(receiver.requests).toHaveLength(3);
    const sent = receiver.requests.at(-1);
    expect(sent?.rawBody.equals(Buffer.concat(body))).toBe(true);
    expect(sent?.headers).toMatchObject({ 'content-length': '1000013' });
    expect(sent?.headers).not.toHaveProperty('transfer-encoding');
  });

  it('does not repeat a request that failed on a new connection', async () => {
    receiver.answerWith({ fault: 'destroy' });
    await expect(post()).rejects.toMatchObject({ code: 'delivery_unreachable' });
    receiver.clear();
    await expect(post()).rejects.toMatchObject({ code: 'delivery_unreachable' });
    expect(receiver.requests).toHaveLength(1);
  });

  it('stops at the time limit', async () => {
    receiver.answerWith({ fault: 'hang' });
    await expect(post({ timeoutMs: 50 })).rejects.toMatchObject({
      code: 'delivery_timeout',
      detail: `127.0.0.1:${receiver.port} did not answer within 0.1 seconds.`,
    });
  });

  it.each([
    ['http://127.0.0.2/', 'delivery_address_private'],
    ['http://[::ffff:169.254.169.254]/', 'delivery_address_private'],
    ['http://127.0.0.1:1/', 'delivery_unreachable'],
    ['http://no-such-host.invalid/', 'delivery_unreachable'],
  ])('throws for %s: %s', async (url, code) => {
    await expect(post({ url })).rejects.toMatchObject({ code });
  });

  it('throws the reason of an aborted signal', async () => {
    const reason = new Error('shutting down');
    const stop = new AbortController();
    receiver.answerWith(() => {
      stop.abort(reason);
      return { fault: 'hang' };
    });
    await expect(post({ signal: stop.signal })).rejects.toBe(reason);
  });
});
