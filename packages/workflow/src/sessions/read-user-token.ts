import { createHmac, timingSafeEqual } from 'node:crypto';
import {
  InletError,
  isTooDeep,
  MOST_JSON_LEVELS,
  type UserTokenClaims,
  userTokenClaimsSchema,
} from '@inlet/contracts';

const LEEWAY_SECONDS = 60;
const MAX_SECONDS = 24 * 60 * 60;

/**
 * Verifies a user token and returns its claims: a JWT (RFC 7519) that the host's backend signed with HS256 and one of
 * the valid secrets. The header never chooses the algorithm; it is read only to refuse others.
 *
 * @throws InletError user_token_invalid, user_token_expired
 */
export function readUserToken(
  token: string,
  { secrets, now }: { readonly secrets: readonly string[]; readonly now: Date },
): UserTokenClaims {
  readTokenHeader(token, ['HS256']);
  const { header, payload, signature } = splitToken(token);
  const given = Buffer.from(signature, 'base64url');
  if (!secrets.some((secret) => isSignedWith(secret, `${header}.${payload}`, given)))
    throw invalid('Its signature was not made with the user-token secret of this project.');
  return readClaims(Buffer.from(payload, 'base64url').toString('utf8'), now);
}

/**
 * Reads the claims of a token whose signature was verified.
 *
 * @throws InletError user_token_invalid, user_token_expired
 */
export function readClaims(payload: string, now: Date): UserTokenClaims {
  const claims = userTokenClaimsSchema.safeParse(parsePart(payload));
  if (!claims.success)
    throw new InletError('user_token_invalid', {
      detail: 'Its claims are not valid.',
      errors: claims.error.issues.map(({ path, message }) => ({ path: path.join('.'), message })),
    });
  checkTimes(claims.data, now.getTime() / 1000);
  return claims.data;
}

function isSignedWith(secret: string, signed: string, given: Buffer): boolean {
  const expected = createHmac('sha256', secret).update(signed).digest();
  return given.length === expected.length && timingSafeEqual(given, expected);
}

/**
 * Reads the header of a token, whose signature is not verified yet.
 *
 * @throws InletError user_token_invalid if its algorithm is none of those that are allowed
 */
export function readTokenHeader(token: string, allowed: readonly string[]): { alg: string } {
  const header = parsePart(Buffer.from(splitToken(token).header, 'base64url').toString('utf8'));
  const { alg, crit } = isRecord(header) ? header : {};
  if (typeof alg !== 'string' || !allowed.includes(alg))
    throw invalid(`Its algorithm must be ${allowed.join(', ')}.`);
  if (crit !== undefined) throw invalid('Its header asks for extensions, which are not supported.');
  return { alg };
}

function splitToken(token: string): { header: string; payload: string; signature: string } {
  const [, header = '', payload = '', signature = ''] = /^([\w-]+)\.([\w-]+)\.([\w-]*)$/.exec(token) ?? [];
  if (payload === '') throw invalid('It is not a JWT: three parts of base64url with dots between them.');
  return { header, payload, signature };
}

function checkTimes({ exp, nbf, iat }: UserTokenClaims, now: number): void {
  if (exp <= now) throw new InletError('user_token_expired');
  if (exp - now > MAX_SECONDS + LEEWAY_SECONDS)
    throw invalid('`exp` is more than 24 hours ahead; it is in seconds since 1970.');
  for (const [name, time] of Object.entries({ nbf, iat }))
    if (time !== undefined && time > now + LEEWAY_SECONDS)
      throw invalid(`\`${name}\` is in the future; compare the clocks of the servers.`);
}

function parsePart(part: string): unknown {
  const value = parseJson(part);
  if (isTooDeep(value)) throw invalid(`It has more than ${MOST_JSON_LEVELS} levels.`);
  return value;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw invalid('It is not a JWT: its parts are not JSON in base64url.');
  }
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

export const invalid = (detail: string): InletError => new InletError('user_token_invalid', { detail });
