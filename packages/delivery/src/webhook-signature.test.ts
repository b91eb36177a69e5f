import { seededRandom } from '@inlet/testing';
import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import { newWebhookSecret, signDelivery } from './webhook-signature.js';

const random = seededRandom(7);
const [secret, nextSecret, otherSecret] = [random, random, random].map(({ bytes }) =>
  newWebhookSecret(bytes),
);
const body = Buffer.from('{"title":"Zwölf Boxkämpfer 🥊"}');
const timestamp = new Date();

const verify = (headers: Record<string, string>, key = ''): unknown =>
  new Webhook(key).verify(body, headers, { jsonParse: true });

describe('signDelivery', () => {
  it('returns the signature of the example in the specification', () => {
    expect(
      signDelivery({
        id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
        timestamp: new Date(1_614_265_330_000),
        body: [Buffer.from('{"test": '), Buffer.from('2432232314'), Buffer.from('}')],
        secrets: ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'],
      }),
    ).toEqual({
      'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      'webhook-timestamp': '1614265330',
      'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    });
  });

  it('is verified by the standardwebhooks package', () => {
    const headers = signDelivery({ id: 'dlv_1', timestamp, body: [body], secrets: [secret ?? ''] });
    expect(verify(headers, secret)).toEqual({ title: 'Zwölf Boxkämpfer 🥊' });
    expect(() => verify(headers, otherSecret)).toThrow('No matching signature found');
    expect(() => verify({ ...headers, 'webhook-id': 'dlv_2' }, secret)).toThrow(
      'No matching signature found',
    );
  });

  it('is verified with either secret while one replaces the other', () => {
    const headers = signDelivery({
      id: 'dlv_1',
      timestamp,
      body: [body],
      secrets: [secret ?? '', nextSecret ?? ''],
    });
    expect(verify(headers, secret)).toEqual(verify(headers, nextSecret));
    expect(() => verify(headers, otherSecret)).toThrow('No matching signature found');
  });

  it('throws without a secret and for an empty one', () => {
    expect(() => signDelivery({ id: 'dlv_1', timestamp, body: [body], secrets: [] })).toThrow(
      'needs a secret',
    );
    expect(() => signDelivery({ id: 'dlv_1', timestamp, body: [body], secrets: ['whsec_'] })).toThrow(
      'is empty',
    );
  });
});

describe('newWebhookSecret', () => {
  it('returns 32 random bytes', () => {
    expect(Buffer.from((secret ?? '').slice('whsec_'.length), 'base64')).toHaveLength(32);
    expect(new Set([secret, nextSecret, otherSecret]).size).toBe(3);
  });
});
