import { createHmac, timingSafeEqual } from 'node:crypto';
import type { WebhookEvent } from '@inlet/contracts';
import { WebhookVerificationError } from './webhook-verification-error.js';

const PREFIX = 'whsec_';
const TOLERANCE_SECONDS = 300;

export interface VerifyOptions {
  /** The project's webhook secret, `whsec_...`. */
  readonly secret?: string | undefined;
  /** Several secrets, for the time in which one replaces another. A signature by any of them is accepted. */
  readonly secrets?: readonly string[] | undefined;
  /** Headers of the request: an object as in Node, Express and Fastify, or a `Headers`. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>> | Pick<Headers, 'get'>;
  /** The raw body, exactly as received. */
  readonly body: string | Uint8Array;
  /** Largest accepted difference between the message's timestamp and the clock, in either direction. Default 300. */
  readonly toleranceSeconds?: number | undefined;
  readonly now?: (() => Date) | undefined;
}

/**
 * Verifies that Inlet signed a message recently and returns its event. Throws WebhookVerificationError.
 *
 * A message may arrive more than once, each time with the same `webhook-id`: use it to ignore repetitions. A replay on
 * request is a new message: `replayOf` of the event names the delivery that you acknowledged before. Later
 * versions of Inlet may add event types that you can subscribe to; ignore types that you do not know.
 *
 * @see https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
export function verifyWebhook(options: VerifyOptions): WebhookEvent {
  const { headers, body, toleranceSeconds = TOLERANCE_SECONDS, now = () => new Date() } = options;
  const keys = readKeys(options);
  const id = readHeader(headers, 'webhook-id');
  const timestamp = readHeader(headers, 'webhook-timestamp');
  const signatures = readSignatures(readHeader(headers, 'webhook-signature'));
  checkTimestamp(timestamp, { toleranceSeconds, nowMs: now().getTime() });
  const expected = keys.map((key) =>
    createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest(),
  );
  if (!hasMatch(expected, signatures)) throw new WebhookVerificationError('signature_mismatch');
  return parseEvent(body);
}

function readKeys({ secret, secrets = [] }: VerifyOptions): readonly Buffer[] {
  const keys = [...(secret === undefined ? [] : [secret]), ...secrets].map((text) =>
    Buffer.from(text.startsWith(PREFIX) ? text.slice(PREFIX.length) : text, 'base64'),
  );
  if (keys.length === 0 || keys.some((key) => key.length === 0))
    throw new WebhookVerificationError('secret_invalid');
  return keys;
}

function readHeader(headers: VerifyOptions['headers'], name: string): string {
  const value = isFetchHeaders(headers) ? headers.get(name) : findHeader(headers, name);
  const text = typeof value === 'string' ? value : value?.[0];
  if (!text) throw new WebhookVerificationError('header_missing');
  return text;
}

function isFetchHeaders(headers: VerifyOptions['headers']): headers is Pick<Headers, 'get'> {
  return 'get' in headers && typeof headers.get === 'function';
}

function findHeader(headers: Readonly<Record<string, string | readonly string[] | undefined>>, name: string) {
  return Object.entries(headers).find(([key]) => key.toLowerCase() === name)?.[1];
}

/** Parses `v1,BASE64 v1,BASE64 ...`; ignores signatures of other versions, which Inlet does not send. */
function readSignatures(header: string): readonly Buffer[] {
  return header
    .split(' ')
    .filter((part) => part.startsWith('v1,'))
    .map((part) => Buffer.from(part.slice('v1,'.length), 'base64'));
}

function checkTimestamp(timestamp: string, options: { toleranceSeconds: number; nowMs: number }): void {
  if (!/^\d{1,12}$/.test(timestamp)) throw new WebhookVerificationError('timestamp_invalid');
  const ageSeconds = Math.floor(options.nowMs / 1000) - Number(timestamp);
  if (ageSeconds > options.toleranceSeconds) throw new WebhookVerificationError('timestamp_too_old');
  if (-ageSeconds > options.toleranceSeconds) throw new WebhookVerificationError('timestamp_too_new');
}

/** Compares every pair, so that the time taken does not reveal which one matched. */
function hasMatch(expected: readonly Buffer[], received: readonly Buffer[]): boolean {
  let matches = 0;
  for (const ours of expected)
    for (const theirs of received)
      if (ours.length === theirs.length && timingSafeEqual(ours, theirs)) matches += 1;
  return matches > 0;
}

function parseEvent(body: string | Uint8Array): WebhookEvent {
  try {
    const event: unknown = JSON.parse(typeof body === 'string' ? body : Buffer.from(body).toString('utf8'));
    if (isEvent(event)) return event;
  } catch (error) {
    throw new WebhookVerificationError('body_invalid', error);
  }
  throw new WebhookVerificationError('body_invalid');
}

/** Checks only the envelope: the signature proves that Inlet wrote the rest, and a newer Inlet may add fields. */
function isEvent(value: unknown): value is WebhookEvent {
  if (typeof value !== 'object' || value === null) return false;
  if (!('type' in value) || typeof value.type !== 'string') return false;
  return 'data' in value && typeof value.data === 'object' && value.data !== null;
}
