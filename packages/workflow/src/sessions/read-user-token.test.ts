import { createHmac } from 'node:crypto';
import { InletError } from '@inlet/contracts';
import { describe, expect, it } from 'vitest';
import { readUserToken } from './read-user-token.js';

const now = new Date('2026-03-01T12:00:00.000Z');
const seconds = now.getTime() / 1000;
const [CURRENT, OLD, FOREIGN] = ['current-secret', 'old-secret', 'foreign-secret'];
const HOUR = 3600;

interface TokenParts {
  readonly claims?: unknown;
  readonly header?: unknown;
  readonly secret?: string;
  readonly hash?: string;
}

const encode = (part: unknown) => Buffer.from(JSON.stringify(part)).toString('base64url');

function sign({ claims = {}, header = {}, secret = CURRENT, hash = 'sha256' }: TokenParts): string {
  const valid = { sub: 'ada', exp: seconds + HOUR };
  const head = encode(header && { alg: 'HS256', typ: 'JWT', ...header });
  const signed = `${head}.${encode(claims && { ...valid, ...claims })}`;
  return `${signed}.${createHmac(hash, secret).update(signed).digest('base64url')}`;
}

const read = (token: string, secrets: readonly string[] = [CURRENT]) =>
  readUserToken(token, { secrets, now });

function refusal(token: string, secrets?: readonly string[]): InletError {
  try {
    read(token, secrets);
  } catch (error) {
    if (error instanceof InletError) return error;
    throw error;
  }
  throw new Error('the token was accepted');
}

describe('a user token', () => {
  it('returns the claims that Inlet knows, and leaves out all others', () => {
    const claims = { extra: { plan: 'gold' }, iat: seconds, role: 'admin' };
    expect(read(sign({ claims }))).toEqual({
      sub: 'ada',
      exp: seconds + HOUR,
      iat: seconds,
      extra: { plan: 'gold' },
    });
  });

  it('is refused if its claims are deeper than a check of them can go', () => {
    const deep = (levels: number): unknown => JSON.parse('['.repeat(levels) + ']'.repeat(levels));
    expect(read(sign({ claims: { extra: deep(60) } })).extra).toEqual(deep(60));
    expect(refusal(sign({ claims: { extra: deep(2000) } }))).toMatchObject({
      code: 'user_token_invalid',
      detail: 'It has more than 64 levels.',
    });
  });

  it('may be signed with any of the secrets that are valid during a grace period', () => {
    for (const secret of [CURRENT, OLD]) expect(read(sign({ secret }), [CURRENT, OLD]).sub).toBe('ada');
  });

  it.each([
    ['a secret of another project', [CURRENT, OLD], { secret: FOREIGN }],
    ['the old secret after its grace period', [CURRENT], { secret: OLD }],
    ['a project without a valid secret', [], {}],
    ['another hash under the name of HS256', [CURRENT], { hash: 'sha512' }],
  ])('is refused with %s', (_, secrets, parts) => {
    const error = refusal(sign(parts), secrets);
    expect(error).toMatchObject({ code: 'user_token_invalid', detail: expect.stringMatching(/signature/) });
  });

  it.each([
    ['no signature', (token: string) => token.slice(0, token.lastIndexOf('.') + 1), /signature/],
    ['a shortened signature', (token: string) => token.slice(0, -4), /signature/],
    [
      'a signature of other claims',
      (token: string) => token.replace(/\.[\w-]+\./, `.${encode({ sub: 'eve' })}.`),
      /signature/,
    ],
    ['two parts', (token: string) => token.slice(0, token.lastIndexOf('.')), /three parts/],
    ['four parts', (token: string) => `${token}.more`, /three parts/],
    ['characters of ordinary base64', (token: string) => token.replace('.', '+.'), /three parts/],
    ['a line break at its end', (token: string) => `${token}\n`, /three parts/],
    ['no text at all', () => '', /three parts/],
    ['a header that is not JSON', (token: string) => token.replace(/^[\w-]+/, 'bm90SlNPTg'), /not JSON/],
  ])('is refused with %s', (_, change, detail) => {
    expect(refusal(change(sign({})))).toMatchObject({
      code: 'user_token_invalid',
      detail: expect.stringMatching(detail),
    });
  });

  it.each([
    ['none', { alg: 'none' }, 'sha256'],
    ['None', { alg: 'None' }, 'sha256'],
    ['hs256', { alg: 'hs256' }, 'sha256'],
    ['HS512, even if that is how it is signed', { alg: 'HS512' }, 'sha512'],
    ['RS256', { alg: 'RS256' }, 'sha256'],
    ['a list with HS256', { alg: ['HS256'] }, 'sha256'],
    ['no name', { alg: undefined }, 'sha256'],
  ])('is refused if its algorithm is %s', (_, header, hash) => {
    expect(refusal(sign({ header, hash }))).toMatchObject({
      code: 'user_token_invalid',
      detail: 'Its algorithm must be HS256.',
    });
  });

  it('is refused if its header is null or asks for an extension that must be understood', () => {
    expect(refusal(sign({ header: null })).detail).toBe('Its algorithm must be HS256.');
    expect(refusal(sign({ header: { crit: ['exp'] } })).detail).toMatch(/extensions/);
  });

  it.each([
    ['no user', { sub: undefined }, 'sub'],
    ['an empty user', { sub: ' ' }, 'sub'],
    ['half of a character', { sub: 'ada\ud800' }, 'sub'],
    ['a user that is a number', { sub: 7 }, 'sub'],
    ['no expiry', { exp: undefined }, 'exp'],
    ['an expiry that is text', { exp: '2026-03-02' }, 'exp'],
    ['an empty schema', { schema: [] }, 'schema'],
    ['a schema with a column without a name', { schema: [{ key: 'title' }] }, 'schema.0.name'],
    ['more than 4 KB of extra', { extra: 'x'.repeat(5000) }, 'extra'],
  ])('is refused with %s, and the claim is named', (_, claims, path) => {
    expect(refusal(sign({ claims }))).toMatchObject({
      code: 'user_token_invalid',
      detail: 'Its claims are not valid.',
      errors: [{ path }],
    });
  });

  it('is refused if its claims are not an object', () => {
    expect(refusal(sign({ claims: null })).code).toBe('user_token_invalid');
  });
});

describe('the times of a user token', () => {
  const DAY = 24 * HOUR;

  it.each([
    ['expires in the next second', { exp: seconds + 1 }],
    ['expires in a day', { exp: seconds + DAY }],
    ['expires in a day by a clock that is a minute ahead', { exp: seconds + DAY + 60 }],
    ['was issued in a minute by a clock that is ahead', { iat: seconds + 60 }],
    ['is valid from a minute ahead', { nbf: seconds + 60 }],
  ])('are accepted if it %s', (_, claims) => {
    expect(read(sign({ claims })).sub).toBe('ada');
  });

  it.each([
    ['it has expired at this moment', { exp: seconds }, 'user_token_expired', undefined],
    ['it has expired long ago', { exp: 1 }, 'user_token_expired', undefined],
    ['it expires later than a day ahead', { exp: seconds + DAY + 61 }, 'user_token_invalid', /24 hours/],
    ['it expires in milliseconds', { exp: now.getTime() }, 'user_token_invalid', /in seconds since 1970/],
    ['it was issued in the future', { iat: seconds + 61 }, 'user_token_invalid', /`iat` is in the future/],
    ['it is not valid yet', { nbf: seconds + 61 }, 'user_token_invalid', /`nbf` is in the future/],
  ])('are refused if %s', (_, claims, code, detail) => {
    const error = refusal(sign({ claims }));
    expect(error.code).toBe(code);
    if (detail) expect(error.detail).toMatch(detail);
  });
});
