import { createHmac } from 'node:crypto';

/** Short, because the widget asks for a new one before it ends. */
const LIFETIME_SECONDS = 600;

interface UserTokenOptions {
  readonly secret: string;
  readonly userId: string;
  readonly extra: object;
  readonly now: Date;
}

/**
 * Signs a user token as docs/user-tokens.md describes: HS256, created by the host's backend from its own session.
 */
export function signUserToken({ secret, userId, extra, now }: UserTokenOptions): string {
  const exp = Math.floor(now.getTime() / 1000) + LIFETIME_SECONDS;
  const head = `${encode({ alg: 'HS256', typ: 'JWT' })}.${encode({ sub: userId, exp, extra })}`;
  return `${head}.${createHmac('sha256', secret).update(head).digest('base64url')}`;
}

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
