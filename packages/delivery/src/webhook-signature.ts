import { createHmac } from 'node:crypto';

const PREFIX = 'whsec_';
/** Standard Webhooks asks for 24 to 64 bytes. */
const KEY_BYTES = 32;

/** Creates a secret to sign deliveries with: `whsec_` and base64. `randomBytes` must be cryptographically secure. */
export function newWebhookSecret(randomBytes: (size: number) => Buffer): string {
  return `${PREFIX}${randomBytes(KEY_BYTES).toString('base64')}`;
}

export interface SignOptions {
  /** The delivery's id, the same in every attempt. */
  readonly id: string;
  readonly timestamp: Date;
  /** Exactly the bytes that are sent, in parts. */
  readonly body: readonly Buffer[];
  /** `whsec_...`. Several while one secret replaces another; the receiver may know either. */
  readonly secrets: readonly string[];
}

export type SignatureHeaders = Record<'webhook-id' | 'webhook-timestamp' | 'webhook-signature', string>;

/**
 * Returns the three headers of Standard Webhooks 1.0, with one HMAC-SHA256 signature of `id.timestamp.body` for each
 * secret. Throws an Error without a secret and for an empty one.
 * @see https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
export function signDelivery({ id, timestamp, body, secrets }: SignOptions): SignatureHeaders {
  if (secrets.length === 0) throw new Error('A delivery needs a secret to be signed with');
  const seconds = String(Math.floor(timestamp.getTime() / 1000));
  const head = `${id}.${seconds}.`;
  const signatures = secrets.map((secret) => {
    const hmac = createHmac('sha256', keyOf(secret)).update(head);
    for (const part of body) hmac.update(part);
    return `v1,${hmac.digest('base64')}`;
  });
  return { 'webhook-id': id, 'webhook-timestamp': seconds, 'webhook-signature': signatures.join(' ') };
}

function keyOf(secret: string): Buffer {
  const key = Buffer.from(secret.startsWith(PREFIX) ? secret.slice(PREFIX.length) : secret, 'base64');
  if (key.length === 0) throw new Error('A webhook secret is empty');
  return key;
}
