import { createHmac } from 'node:crypto';

export interface UserTokenOptions {
  readonly secret: string;
  readonly claims: object;
  readonly header?: object;
  /** Hash of the HMAC; different from the header, for forged tokens. */
  readonly hash?: string;
}

const base64url = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** A user token as a host's backend makes it, or a forged one. */
export function signUserToken({ secret, claims, header, hash = 'sha256' }: UserTokenOptions): string {
  const head = `${base64url(header ?? { alg: 'HS256', typ: 'JWT' })}.${base64url(claims)}`;
  return `${head}.${createHmac(hash, secret).update(head).digest('base64url')}`;
}

/** A moment in a claim: seconds since 1970. */
export const secondsFromNow = (seconds: number): number => Math.floor(Date.now() / 1000) + seconds;
