import { createHmac } from 'node:crypto';

export interface TokenOptions {
  readonly secret: string;
  readonly claims: object;
  readonly header?: object;
  /** Hash of the HMAC; different from the header, for forged tokens. */
  readonly hash?: string;
}

const base64url = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** A user token as a host's backend makes it, or as somebody forges it. */
export function signUserToken({ secret, claims, header, hash = 'sha256' }: TokenOptions): string {
  const head = `${base64url(header ?? { alg: 'HS256', typ: 'JWT' })}.${base64url(claims)}`;
  return `${head}.${createHmac(hash, secret).update(head).digest('base64url')}`;
}

/** Seconds since 1970, as claims have them. */
export const secondsFromNow = (seconds: number): number => Math.floor(Date.now() / 1000) + seconds;
