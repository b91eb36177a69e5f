import { createHmac } from 'node:crypto';

const PREFIX = 'whsec_';

export interface SignOptions {
  /** The delivery's id, the same in every attempt. */
  readonly id: string;
  readonly timestamp: Date;
  /** The very bytes that are sent. */
  readonly body: Buffer;
  /** `whsec_...`; several while one replaces another, and the receiver may know either. */
  readonly secrets: readonly string[];
}

export type SignatureHeaders = Record<'webhook-id' | 'webhook-timestamp' | 'webhook-signature', string>;

/**
 * The three headers of Standard Webhooks 1.0: HMAC-SHA256 over `id.timestamp.body`, one signature a secret. Throws
 * a plain Error where there is no secret or one is empty.
 * @see https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
export function signDelivery({ id, timestamp, body, secrets }: SignOptions): SignatureHeaders {
  if (secrets.length === 0) throw new Error('A delivery needs a secret to be signed with');
  const seconds = String(Math.floor(timestamp.getTime() / 1000));
  const head = `${id}.${seconds}.`;
  const signatures = secrets.map(
    (secret) => `v1,${createHmac('sha256', keyOf(secret)).update(head).update(body).digest('base64')}`,
  );
  return { 'webhook-id': id, 'webhook-timestamp': seconds, 'webhook-signature': signatures.join(' ') };
}

function keyOf(secret: string): Buffer {
  const key = Buffer.from(secret.startsWith(PREFIX) ? secret.slice(PREFIX.length) : secret, 'base64');
  if (key.length === 0) throw new Error('A webhook secret is empty');
  return key;
}
