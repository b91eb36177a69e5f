import { createHmac, generateKeyPairSync, type KeyObject, sign as signBytes } from 'node:crypto';
import { type ProjectSecrets, sessionRequestSchema, type UserTokenSettings } from '@inlet/contracts';
import { type FeedServer, startFeedServer } from '@inlet/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Context, createKeySets, createProject, openSession, updateProject } from '../src/index.js';
import { errorWith } from './callers.js';
import { type ClockedContext, type EngineBench, startEngineBench } from './engine-bench.js';

const ORIGIN = 'https://app.example';
const MINUTE_MS = 60_000;

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const small = generateKeyPairSync('rsa', { modulusLength: 1024 });
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const ed = generateKeyPairSync('ed25519');
const foreign = generateKeyPairSync('rsa', { modulusLength: 2048 });

type Pair = typeof rsa;
const jwkOf = ({ publicKey }: { publicKey: KeyObject }, kid: string, more: object = {}) => ({
  ...publicKey.export({ format: 'jwk' }),
  kid,
  ...more,
});
const KEYS = [jwkOf(rsa, 'rsa'), jwkOf(ec, 'ec'), jwkOf(ed, 'ed'), jwkOf(small, 'small')];

let bench: EngineBench;
let site: FeedServer;
let clock: ClockedContext['clock'];
let context: Context;
let project: ProjectSecrets;
let templateId: string;
let jwksUrl: string;
let asked: number;
let published: unknown;

beforeAll(async () => {
  [bench, site] = await Promise.all([startEngineBench(), startFeedServer()]);
});
afterAll(() => Promise.all([bench.close(), site.close()]));
beforeEach(async () => {
  const clocked = bench.startClock();
  clock = clocked.clock;
  const { connectors } = clocked.context;
  context = { ...clocked.context, keySets: createKeySets({ connectors, now: clock.now }) };
  project = await createProject(context, { name: 'Shop', settings: { allowedOrigins: [ORIGIN] } });
  const { projectId } = project;
  const base = await context.store.templates.get({
    projectId: bench.caller.projectId,
    templateId: (await bench.makeTemplate()).id,
  });
  if (!base) throw new Error('the template is not stored');
  templateId = context.newId('tpl');
  await context.store.templates.insert({ ...base, id: templateId, projectId, code: 'news' });
  asked = 0;
  published = { keys: KEYS };
  jwksUrl = site.route('/jwks.json', (_request, response) => {
    asked += 1;
    response.end(JSON.stringify(published));
  });
});

const set = (userTokens: Partial<UserTokenSettings>) =>
  updateProject(context, { projectId: project.projectId }, { userTokens });

const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');
const headOf = (header: object, claims: object) =>
  `${encode(header)}.${encode({ sub: 'ada', exp: clock.nowMs() / 1000 + 600, ...claims })}`;

function withSecret(claims: object = {}, { secret = project.userTokenSecret, header = {} } = {}): string {
  const head = headOf({ alg: 'HS256', ...header }, claims);
  return `${head}.${createHmac('sha256', secret).update(head).digest('base64url')}`;
}

interface SignedParts {
  readonly alg?: string;
  readonly kid?: string;
  readonly claims?: object;
}

function withKey(
  pair: { privateKey: KeyObject },
  { alg = 'RS256', kid, claims = {} }: SignedParts = {},
): string {
  const head = headOf({ alg, ...(kid === undefined ? {} : { kid }) }, claims);
  const hash = alg.startsWith('Ed') ? null : 'sha256';
  const key = { key: pair.privateKey, dsaEncoding: 'ieee-p1363' as const };
  return `${head}.${signBytes(hash, Buffer.from(head), key).toString('base64url')}`;
}

const open = (userToken: string, template = 'news') =>
  openSession(
    context,
    sessionRequestSchema.parse({
      publishableKey: project.publishableKey,
      template,
      origin: ORIGIN,
      userToken,
    }),
  );
const accepted = { externalUserId: 'ada', isSigned: true };

describe('the template of a user token', () => {
  it.each([
    ['its id', () => templateId],
    ['its code', () => 'news'],
  ])('opens a session of that template, named by %s', async (_, name) => {
    expect(await open(withSecret({ template: name() }))).toMatchObject(accepted);
  });

  it('opens no session of another one', async () => {
    await expect(open(withSecret({ template: 'stock' }))).rejects.toMatchObject(
      errorWith('user_token_template_wrong'),
    );
  });

  it('may be missing unless the project requires it', async () => {
    expect(await open(withSecret())).toMatchObject(accepted);
    await set({ requireTemplate: true });
    await expect(open(withSecret())).rejects.toMatchObject(errorWith('user_token_template_wrong'));
    expect(await open(withSecret({ template: 'news' }))).toMatchObject(accepted);
  });
});

describe('the audience of a user token', () => {
  it('is ignored unless the project has one', async () => {
    for (const aud of ['other', 7, null]) expect(await open(withSecret({ aud }))).toMatchObject(accepted);
  });

  it('must contain that of the project', async () => {
    await set({ audience: 'inlet' });
    for (const aud of ['inlet', ['shop', 'inlet']])
      expect(await open(withSecret({ aud }))).toMatchObject(accepted);
    for (const aud of [undefined, 'inlet2', ['shop'], [], 7, { inlet: 1 }])
      await expect(open(withSecret({ aud }))).rejects.toMatchObject(errorWith('user_token_audience_wrong'));
  });
});

describe('a token that is signed with a key of the key set', () => {
  beforeEach(async () => {
    await set({ jwksUrl });
  });

  it.each([
    ['RS256', rsa, 'rsa'],
    ['ES256', ec, 'ec'],
    ['EdDSA', ed, 'ed'],
    ['Ed25519', ed, 'ed'],
  ])('opens a session with %s, and the keys are fetched once', async (alg, pair, kid) => {
    const token = withKey(pair, { alg, kid, claims: { template: 'news' } });
    expect(await Promise.all([open(token), open(token)])).toMatchObject([accepted, accepted]);
    expect(await open(token)).toMatchObject(accepted);
    expect(asked).toBe(1);
  });

  it('needs no kid if only one key fits', async () => {
    expect(await open(withKey(ec, { alg: 'ES256' }))).toMatchObject(accepted);
    await expect(open(withKey(rsa))).rejects.toMatchObject(errorWith('user_token_key_unknown'));
  });

  it.each([
    ['made with another key', () => withKey(foreign, { kid: 'rsa' }), 'user_token_invalid'],
    ['of a key that is too short', () => withKey(small, { kid: 'small' }), 'user_token_keys_unavailable'],
    ['of another kind than the key', () => withKey(rsa, { kid: 'ec' }), 'user_token_key_unknown'],
    [
      'of an algorithm for another key',
      () => withKey(ec, { alg: 'ES256', kid: 'rsa' }),
      'user_token_key_unknown',
    ],
    ['that is missing', () => `${headOf({ alg: 'none', kid: 'rsa' }, {})}.`, 'user_token_invalid'],
    ['that is empty', () => `${headOf({ alg: 'RS256', kid: 'rsa' }, {})}.`, 'user_token_invalid'],
    [
      'made with the public key as a secret',
      () => withSecret({}, { secret: rsa.publicKey.export({ format: 'pem', type: 'spki' }).toString() }),
      'user_token_invalid',
    ],
    [
      'made with a part of the public key as a secret, under its kid',
      () => withSecret({}, { secret: String(jwkOf(rsa, 'rsa').n), header: { kid: 'rsa' } }),
      'user_token_invalid',
    ],
    ['of HS512', () => withSecret({}, { header: { alg: 'HS512' } }), 'user_token_invalid'],
    ['of an unsafe extension', () => withKeyAndCrit(rsa), 'user_token_invalid'],
  ])('is refused with a signature %s', async (_, token, code) => {
    await expect(open(token())).rejects.toMatchObject(errorWith(code));
  });

  const withKeyAndCrit = ({ privateKey }: Pair) => {
    const head = headOf({ alg: 'RS256', kid: 'rsa', crit: ['b64'], b64: true }, {});
    return `${head}.${signBytes('sha256', Buffer.from(head), privateKey).toString('base64url')}`;
  };

  it('is refused when it has expired, like any other', async () => {
    const claims = { exp: clock.nowMs() / 1000 - 1 };
    await expect(open(withKey(rsa, { kid: 'rsa', claims }))).rejects.toMatchObject(
      errorWith('user_token_expired'),
    );
  });

  it('never uses a key of the set as a secret', async () => {
    const secret = 'a'.repeat(43);
    published = { keys: [{ kty: 'oct', kid: 'oct', k: Buffer.from(secret).toString('base64url') }] };
    const token = withSecret({}, { secret, header: { kid: 'oct' } });
    await expect(open(token)).rejects.toMatchObject(errorWith('user_token_invalid'));
    expect(asked).toBe(0);
  });

  it('leaves tokens with the secret valid, until they are refused', async () => {
    expect(await open(withSecret())).toMatchObject(accepted);
    await set({ allowHs256: false });
    await expect(open(withSecret())).rejects.toMatchObject(errorWith('user_token_invalid'));
    expect(await open(withKey(rsa, { kid: 'rsa' }))).toMatchObject(accepted);
  });

  it('may be signed with a new key: the set is read again, at most every ten seconds', async () => {
    expect(await open(withKey(rsa, { kid: 'rsa' }))).toMatchObject(accepted);
    published = { keys: [jwkOf(foreign, 'new')] };
    const token = withKey(foreign, { kid: 'new' });
    await expect(open(token)).rejects.toMatchObject(errorWith('user_token_key_unknown'));
    expect(asked).toBe(1);
    clock.advance(10_000);
    expect(await open(token)).toMatchObject(accepted);
    for (let count = 0; count < 3; count += 1)
      await expect(open(withKey(rsa, { kid: 'rsa' }))).rejects.toMatchObject(
        errorWith('user_token_key_unknown'),
      );
    expect(asked).toBe(2);
  });

  it('is accepted for an hour while the address of the set fails', async () => {
    const token = () => withKey(rsa, { kid: 'rsa' });
    expect(await open(token())).toMatchObject(accepted);
    published = 'an error page';
    clock.advance(59 * MINUTE_MS);
    expect(await open(token())).toMatchObject(accepted);
    expect(asked).toBe(2);
    clock.advance(MINUTE_MS);
    await expect(open(token())).rejects.toMatchObject(errorWith('user_token_keys_unavailable'));
    published = { keys: KEYS };
    clock.advance(10_000);
    expect(await open(token())).toMatchObject(accepted);
  });

  it.each([
    ['answers with an error', () => site.route('/missing.json', { status: 404 })],
    [
      'is too large',
      () => site.route('/large.json', { body: JSON.stringify({ keys: [], more: 'x'.repeat(70_000) }) }),
    ],
    ['has no keys', () => site.route('/other.json', { body: '{}' })],
    ['cannot be reached', () => 'https://10.0.0.1/jwks.json'],
    [
      'moves to an address without TLS',
      () => site.route('/moved.json', { status: 302, headers: { location: 'http://192.0.2.1/' } }),
    ],
  ])('is refused if the address of the set %s', async (_, address) => {
    await set({ jwksUrl: address() });
    const token = withKey(rsa, { kid: 'rsa' });
    await expect(open(token)).rejects.toMatchObject(errorWith('user_token_keys_unavailable'));
  });
});

describe('the settings of user tokens', () => {
  it.each([
    ['http://app.example/jwks.json'],
    ['https://user:password@app.example/jwks.json'],
    ['ftp://app.example/jwks.json'],
    ['jwks.json'],
  ])('refuse %s as the address of a key set', async (address) => {
    await expect(set({ jwksUrl: address })).rejects.toMatchObject({ code: 'invalid_request' });
  });

  it('keep what a change leaves out, and allow at least one kind of key', async () => {
    await set({ audience: 'inlet' });
    expect((await set({ jwksUrl })).userTokens).toEqual({
      audience: 'inlet',
      requireTemplate: false,
      jwksUrl,
      allowHs256: true,
    });
    await expect(set({ jwksUrl: null, allowHs256: false })).rejects.toMatchObject({
      code: 'invalid_request',
      errors: [{ path: 'userTokens.allowHs256' }],
    });
  });
});
