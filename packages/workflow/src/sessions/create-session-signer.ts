import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { SessionSigner } from '../ports/context.js';

const VERSION = 'v1';
const KEY_BYTES = 32;

export interface SessionSignerOptions {
  readonly key: Buffer;
  readonly previousKeys?: readonly Buffer[] | undefined;
}

const deriveKey = (key: Buffer): Buffer =>
  Buffer.from(hkdfSync('sha256', key, '', 'inlet widget session v1', KEY_BYTES));

const digest = (head: string, key: Buffer): Buffer => createHmac('sha256', key).update(head).digest();

const isSame = (given: Buffer, expected: Buffer): boolean =>
  given.length === expected.length && timingSafeEqual(given, expected);

/**
 * Signs tokens of the form `v1.<content>.<HMAC-SHA256>`, both parts in base64url. The content is deflated so that a
 * token with columns still fits into a header. The signing key is derived from `key` by HKDF (RFC 5869), so that it
 * is used for nothing else; processes with the same `key` accept each other's tokens. Tokens that were signed with one
 * of `previousKeys` are accepted too.
 */
export function createSessionSigner({ key, previousKeys = [] }: SessionSignerOptions): SessionSigner {
  const signingKey = deriveKey(key);
  const signingKeys = [signingKey, ...previousKeys.map(deriveKey)];
  return {
    sign(content) {
      const head = `${VERSION}.${deflateRawSync(content).toString('base64url')}`;
      return `${head}.${digest(head, signingKey).toString('base64url')}`;
    },
    open(token) {
      const [, head = '', content = '', signature = ''] = /^(v1\.([\w-]+))\.([\w-]{43})$/.exec(token) ?? [];
      const given = Buffer.from(signature, 'base64url');
      const isSigned = signingKeys.some((each) => isSame(given, digest(head, each)));
      if (!isSigned) return null;
      return inflateRawSync(Buffer.from(content, 'base64url')).toString('utf8');
    },
  };
}
