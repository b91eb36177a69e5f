import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import { type VerifyOptions, verifyWebhook } from './verify-webhook.js';

const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const OTHER = 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD';
const SENT_AT = new Date('2026-01-05T09:00:00.000Z');
const EVENT = {
  type: 'import.records',
  timestamp: '2026-01-05T09:00:00.000Z',
  data: { rows: [{ name: 'Łódź' }] },
};
const BODY = JSON.stringify(EVENT);

/** Headers with a signature made by the reference library. */
const signed = (body = BODY, secret = SECRET): Record<string, string> => ({
  'webhook-id': 'dlv_1',
  'webhook-timestamp': String(SENT_AT.getTime() / 1000),
  'webhook-signature': new Webhook(secret).sign('dlv_1', SENT_AT, body),
});

const verify = (options: Partial<VerifyOptions> = {}) =>
  verifyWebhook({ secret: SECRET, headers: signed(), body: BODY, now: () => SENT_AT, ...options });

describe('verifyWebhook', () => {
  it('returns the event of a message that the reference library signed, from text and from bytes', () => {
    expect(verify()).toEqual(EVENT);
    expect(verify({ body: Buffer.from(BODY) })).toEqual(EVENT);
    expect(verify({ body: new TextEncoder().encode(BODY) })).toEqual(EVENT);
  });

  it('accepts headers in any case, as lists, and as a Headers object', () => {
    const entries = Object.entries(signed());
    expect(verify({ headers: Object.fromEntries(entries.map(([k, v]) => [k.toUpperCase(), v])) })).toEqual(
      EVENT,
    );
    expect(verify({ headers: Object.fromEntries(entries.map(([k, v]) => [k, [v]])) })).toEqual(EVENT);
    expect(verify({ headers: new Headers(signed()) })).toEqual(EVENT);
  });

  it('accepts either secret while one replaces the other, on both sides', () => {
    expect(verify({ secret: OTHER, secrets: [SECRET] })).toEqual(EVENT);
    const { secret: _, ...rest } = { headers: signed(), body: BODY, now: () => SENT_AT, secret: '' };
    expect(verifyWebhook({ ...rest, secrets: [OTHER, SECRET] })).toEqual(EVENT);
    const both = `${signed(BODY, OTHER)['webhook-signature']} v1a,xyz ${signed()['webhook-signature']}`;
    expect(verify({ headers: { ...signed(), 'webhook-signature': both } })).toEqual(EVENT);
  });

  it('accepts messages up to five minutes old or early, or within the tolerance that the host sets', () => {
    const at = (seconds: number) => () => new Date(SENT_AT.getTime() + seconds * 1000);
    expect(verify({ now: at(300) })).toEqual(EVENT);
    expect(verify({ now: at(-300) })).toEqual(EVENT);
    expect(() => verify({ now: at(301) })).toThrow(expect.objectContaining({ reason: 'timestamp_too_old' }));
    expect(() => verify({ now: at(-301) })).toThrow(expect.objectContaining({ reason: 'timestamp_too_new' }));
    expect(verify({ now: at(900), toleranceSeconds: 900 })).toEqual(EVENT);
    expect(() => verify({ now: at(11), toleranceSeconds: 10 })).toThrow('too long ago');
  });

  const { 'webhook-id': _id, ...withoutId } = signed();
  const wrong: readonly [string, Partial<VerifyOptions>, string][] = [
    ['another secret', { secret: OTHER }, 'signature_mismatch'],
    ['a changed body', { body: `${BODY} ` }, 'signature_mismatch'],
    ['another id', { headers: { ...signed(), 'webhook-id': 'dlv_2' } }, 'signature_mismatch'],
    [
      'another timestamp',
      { headers: { ...signed(), 'webhook-timestamp': '1767603601' } },
      'signature_mismatch',
    ],
    [
      'a signature cut short',
      { headers: { ...signed(), 'webhook-signature': 'v1,g0hM' } },
      'signature_mismatch',
    ],
    ['an empty signature', { headers: { ...signed(), 'webhook-signature': 'v1,' } }, 'signature_mismatch'],
    [
      'a signature of another version',
      { headers: { ...signed(), 'webhook-signature': signed()['webhook-signature']?.replace('v1', 'v2') } },
      'signature_mismatch',
    ],
    ['a missing header', { headers: withoutId }, 'header_missing'],
    ['no headers', { headers: {} }, 'header_missing'],
    ['a timestamp in words', { headers: { ...signed(), 'webhook-timestamp': 'today' } }, 'timestamp_invalid'],
    [
      'a timestamp with a fraction',
      { headers: { ...signed(), 'webhook-timestamp': '1767603600.5' } },
      'timestamp_invalid',
    ],
    ['an empty secret', { secret: 'whsec_' }, 'secret_invalid'],
    ['an empty secret beside a good one', { secrets: [''] }, 'secret_invalid'],
    ['a body that is not JSON', { body: 'x', headers: signed('x') }, 'body_invalid'],
    ['a body that is not an event', { body: '[]', headers: signed('[]') }, 'body_invalid'],
  ];
  it.each(wrong)('rejects %s', (_, options, reason) => {
    expect(() => verify(options)).toThrow(
      expect.objectContaining({ name: 'WebhookVerificationError', reason }),
    );
  });

  it('throws without a secret', () => {
    expect(() => verifyWebhook({ headers: signed(), body: BODY })).toThrow(
      expect.objectContaining({ reason: 'secret_invalid' }),
    );
  });
});
