import type { ProjectSecrets } from '@inlet/contracts';
import { secondsFromNow, signUserToken } from '@inlet/testing';
import { createProject, updateProject } from '@inlet/workflow';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BootedInlet, bootInlet } from './boot-inlet.js';
import { templateInput } from './example-import.js';
import { ORIGIN, openWidget, requestSession, widgetClient } from './widget-client.js';

let booted: BootedInlet;
/** In production mode, with one allowed origin. */
let project: ProjectSecrets;
let inDevelopment: ProjectSecrets;
let templateId: string;

beforeAll(async () => {
  booted = await bootInlet();
  const { context } = booted.inlet;
  project = await createProject(context, { name: 'Production', settings: { allowedOrigins: [ORIGIN] } });
  inDevelopment = await createProject(context, { name: 'Development', settings: { isDevelopment: true } });
  for (const { secretKey } of [project, inDevelopment]) {
    const body = templateInput({ destination: { url: 'https://hooks.example.com/secret-path' } });
    const { json } = await booted.call('POST', '/v1/templates', { key: secretKey, body });
    templateId = json.id;
  }
  // The API refuses to create one.
  const { projectId } = project;
  const [automatic] = (await context.store.templates.list(projectId, { limit: 1 })).items;
  if (!automatic) throw new Error('there is no template to copy');
  const id = context.newId('tpl');
  await context.store.templates.insert({ ...automatic, id, code: 'by-hand', mode: 'manual' });
});
afterAll(() => booted.close());

/** Opens a session in production mode with this user token. */
const openWith = (userToken: string | undefined) =>
  requestSession(booted, {
    project,
    template: 'products',
    request: userToken === undefined ? {} : { userToken },
  });

const sign = (claims: object, options: { secret?: string; header?: object; hash?: string } = {}) =>
  signUserToken({ secret: project.userTokenSecret, claims, ...options });

describe('a session of the widget', () => {
  it('is opened by a publishable key at an allowed origin with a signed user', async () => {
    const answer = await requestSession(booted, { project, template: 'products', user: 'user-1' });
    expect(answer.status).toBe(201);
    expect(answer.json).toEqual({
      sessionToken: expect.stringMatching(/^v1\.[\w-]+\.[\w-]{43}$/),
      expiresAt: expect.any(String),
      template: {
        id: expect.stringMatching(/^tpl_/),
        code: 'products',
        name: 'Products',
        mode: 'automatic',
        columns: [
          { key: 'title', name: 'Title', type: 'text', alternativeNames: [], required: true },
          { key: 'price', name: 'Price', type: 'number', alternativeNames: [], onInvalid: 'reject' },
        ],
        identity: [],
        allowedSources: ['url'],
        minIntervalMinutes: 1,
        usersDecideHeldRuns: false,
        allowPartial: false,
        deliversToPage: false,
        allowCustomColumns: false,
        limits: { maxSourceBytes: 2_147_483_648, maxRecords: 2_000_000 },
      },
      externalUserId: 'user-1',
      isSigned: true,
      warnings: [],
    });
    expect(answer.headers.get('cache-control')).toBe('no-store');
  });

  it('accepts the id of a template too', async () => {
    const answer = await requestSession(booted, {
      project: inDevelopment,
      template: templateId,
      request: { origin: 'http://localhost:5173' },
    });
    expect(answer.json.template.id).toBe(templateId);
  });

  it.each([
    ['the secret key', () => project.secretKey, 403, 'key_secret'],
    ['an unknown key', () => 'inlet_pk_unknown', 401, 'key_unknown'],
    ['the user-token secret', () => project.userTokenSecret, 401, 'key_unknown'],
  ])('is refused to %s', async (_what, publishableKey, status, code) => {
    const request = { publishableKey: publishableKey() };
    const answer = await requestSession(booted, { project, template: 'products', user: 'u', request });
    expect([answer.status, answer.json.code]).toEqual([status, code]);
  });

  it('is refused for an unknown template', async () => {
    const answer = await requestSession(booted, { project, template: 'none', user: 'u' });
    expect([answer.status, answer.json.code]).toEqual([404, 'template_not_found']);
  });

  it('opens for a template of manual imports', async () => {
    const answer = await requestSession(booted, { project, template: 'by-hand', user: 'u' });
    expect(answer.status).toBe(201);
  });

  it('is refused for the template of another project', async () => {
    const answer = await requestSession(booted, { project, template: templateId, user: 'u' });
    expect(answer.json.code).toBe('template_not_found');
  });

  it('refuses a body over 32 KB', async () => {
    const answer = await requestSession(booted, {
      project,
      template: 'x',
      request: { extra: 'x'.repeat(33_000) },
    });
    expect([answer.json.code, answer.json.detail]).toEqual(['body_too_large', 'The limit is 32768 bytes.']);
  });
});

describe('the origin of a session', () => {
  it.each([
    'https://app.example.evil.example',
    'https://evil.example',
    'http://app.example',
    'https://app.example:444',
    'https://app.example/',
    'https://sub.app.example',
    'https://APP.example',
    'http://localhost:3000',
    'http://127.0.0.1:3000',
  ])('must be exactly one of the list: %s is refused', async (origin) => {
    const answer = await requestSession(booted, {
      project,
      template: 'products',
      user: 'u',
      request: { origin },
    });
    expect([origin, answer.status, answer.json.code]).toEqual([origin, 403, 'origin_not_allowed']);
  });

  it.each(['http://localhost:3000', 'https://localhost', 'http://127.0.0.1:8080'])(
    'may be on the own machine in development: %s',
    async (origin) => {
      const request = { origin };
      const answer = await requestSession(booted, { project: inDevelopment, template: 'products', request });
      expect(answer.status).toBe(201);
    },
  );

  it.each(['http://localhost.evil.example:80', 'http://localhost:3000/', 'http://127.0.0.10:80', ORIGIN])(
    'is no other machine in development: %s is refused',
    async (origin) => {
      const request = { origin };
      const answer = await requestSession(booted, { project: inDevelopment, template: 'products', request });
      expect(answer.json.code).toBe('origin_not_allowed');
    },
  );

  it('ends its sessions when it is removed from the list', async () => {
    const { context } = booted.inlet;
    const made = await createProject(context, { name: 'Moved', settings: { allowedOrigins: [ORIGIN] } });
    await booted.call('POST', '/v1/templates', { key: made.secretKey, body: templateInput() });
    const widget = await openWidget(booted, { project: made, template: 'products', user: 'u' });
    expect((await widget.call('GET', '/template')).status).toBe(200);
    await updateProject(context, { projectId: made.projectId }, { removeOrigins: [ORIGIN] });
    expect((await widget.call('GET', '/template')).json.code).toBe('session_invalid');
  });
});

describe('a user token', () => {
  const good = () => ({ sub: 'user-1', exp: secondsFromNow(600) });
  const [none, rs256, hs512] = ['none', 'RS256', 'HS512'].map((alg) => ({ alg, typ: 'JWT' }));
  const unsigned = () => sign(good(), { header: none! }).replace(/[^.]+$/, '');

  it.each<[string, () => string | undefined, string]>([
    ['is missing', () => undefined, 'user_token_required'],
    ['is empty', () => '', 'user_token_invalid'],
    ['is no JWT', () => 'abc', 'user_token_invalid'],
    ['has no signature', unsigned, 'user_token_invalid'],
    ['says alg none and is signed all the same', () => sign(good(), { header: none! }), 'user_token_invalid'],
    ['says another algorithm', () => sign(good(), { header: rs256! }), 'user_token_invalid'],
    [
      'is signed with another hash',
      () => sign(good(), { header: hs512!, hash: 'sha512' }),
      'user_token_invalid',
    ],
    ['says HS256 in lower case', () => sign(good(), { header: { alg: 'hs256' } }), 'user_token_invalid'],
    [
      'asks for extensions',
      () => sign(good(), { header: { alg: 'HS256', crit: ['b64'] } }),
      'user_token_invalid',
    ],
    ['is signed with another secret', () => sign(good(), { secret: 'guess' }), 'user_token_invalid'],
    ['is signed with an empty secret', () => sign(good(), { secret: '' }), 'user_token_invalid'],
    [
      'is signed with the publishable key',
      () => sign(good(), { secret: project.publishableKey }),
      'user_token_invalid',
    ],
    [
      'is of another project',
      () => sign(good(), { secret: inDevelopment.userTokenSecret }),
      'user_token_invalid',
    ],
    ['has expired', () => sign({ sub: 'u', exp: secondsFromNow(-1) }), 'user_token_expired'],
    ['never expires', () => sign({ sub: 'u' }), 'user_token_invalid'],
    [
      'has an expiry that is text',
      () => sign({ sub: 'u', exp: String(secondsFromNow(9)) }),
      'user_token_invalid',
    ],
    [
      'lives for more than a day',
      () => sign({ sub: 'u', exp: secondsFromNow(87_000) }),
      'user_token_invalid',
    ],
    ['counts in milliseconds', () => sign({ sub: 'u', exp: Date.now() + 1000 }), 'user_token_invalid'],
    ['is not valid yet', () => sign({ ...good(), nbf: secondsFromNow(90) }), 'user_token_invalid'],
    ['was issued in the future', () => sign({ ...good(), iat: secondsFromNow(90) }), 'user_token_invalid'],
    ['names nobody', () => sign({ exp: secondsFromNow(60) }), 'user_token_invalid'],
    ['names nobody with spaces', () => sign({ ...good(), sub: '  ' }), 'user_token_invalid'],
    ['names a number', () => sign({ ...good(), sub: 7 }), 'user_token_invalid'],
  ])('is refused when it %s', async (_what, token, code) => {
    const answer = await openWith(token());
    expect([answer.status, answer.json.code]).toEqual([401, code]);
  });

  it('is refused when any of its characters is changed', async () => {
    const token = sign({ sub: 'u', exp: secondsFromNow(600) });
    const [head = '', payload = '', signature = ''] = token.split('.');
    const other = Buffer.from(JSON.stringify({ sub: 'admin', exp: secondsFromNow(600) })).toString(
      'base64url',
    );
    for (const forged of [`${head}.${other}.${signature}`, `${head}.${payload}.${signature.slice(0, -2)}`])
      expect((await openWith(forged)).json.code).toBe('user_token_invalid');
  });

  it('may come from a clock that is a minute ahead', async () => {
    const claims = { ...good(), nbf: secondsFromNow(50), iat: secondsFromNow(50) };
    expect((await openWith(sign(claims))).status).toBe(201);
  });

  it('wins over what the page says', async () => {
    const request = { externalUserId: 'admin', extra: { externalUserId: 'admin' } };
    const answer = await requestSession(booted, { project, template: 'products', user: 'user-1', request });
    expect(answer.json.externalUserId).toBe('user-1');
  });

  it('ends the session a minute after itself, and the session ends after an hour in any case', async () => {
    const ends = async (seconds: number) => {
      const claims = { exp: secondsFromNow(seconds) };
      const { json } = await requestSession(booted, { project, template: 'products', user: 'u', claims });
      return (Date.parse(json.expiresAt) - Date.now()) / 1000;
    };
    expect(await ends(300)).toBeGreaterThan(350);
    expect(await ends(300)).toBeLessThanOrEqual(360);
    expect(await ends(80_000)).toBeGreaterThan(3590);
    expect(await ends(80_000)).toBeLessThanOrEqual(3600);
  });

  it.each([
    [
      'a column twice',
      [
        { key: 'a', name: 'A' },
        { key: 'a', name: 'B' },
      ],
      'schema.1.key',
    ],
    ['an invalid pattern', [{ key: 'a', name: 'A', pattern: { regex: '(' } }], 'schema.0.pattern.regex'],
    ['a column without a name', [{ key: 'a' }], 'schema.0.name'],
    ['no columns', [], 'schema'],
  ])('is refused with a schema that has %s', async (_what, schema, path) => {
    const { json } = await requestSession(booted, {
      project,
      template: 'products',
      user: 'u',
      claims: { schema },
    });
    expect([json.code, json.errors?.[0]?.path]).toEqual(['user_token_invalid', path]);
  });
});

describe('an unsigned user', () => {
  const open = (request: object, of = inDevelopment) =>
    requestSession(booted, {
      project: of,
      template: 'products',
      request: { origin: 'http://localhost:1', ...request },
    });

  it.each([
    ['as externalUserId', { externalUserId: 'user-9' }],
    ['in extra', { extra: { externalUserId: 'user-9', plan: 'gold' } }],
  ])('is accepted %s in development mode, with a warning', async (_how, request) => {
    const { json } = await open(request);
    expect(json).toMatchObject({ externalUserId: 'user-9', isSigned: false });
    expect(json.warnings.map(({ code }: { code: string }) => code)).toEqual(['user_unsigned']);
  });

  it.each([{ externalUserId: 'user-9' }, { extra: { externalUserId: 'user-9' } }, {}])(
    'is refused otherwise: %j',
    async (request) => {
      const answer = await open({ ...request, origin: ORIGIN }, project);
      expect([answer.status, answer.json.code]).toEqual([401, 'user_token_required']);
    },
  );

  it('may be unknown, and then cannot list or create jobs', async () => {
    const { json } = await open({});
    expect(json).toMatchObject({ externalUserId: null, isSigned: false });
    expect(json.warnings.map(({ code }: { code: string }) => code)).toEqual(['user_unknown']);
    const widget = widgetClient(booted, json.sessionToken);
    expect((await widget.call('GET', '/template')).status).toBe(200);
    expect((await widget.call('GET', '/jobs')).json.code).toBe('user_unknown');
  });

  it('is refused when its project leaves development mode', async () => {
    const { context } = booted.inlet;
    const made = await createProject(context, {
      name: 'Live soon',
      settings: { isDevelopment: true, allowedOrigins: [ORIGIN] },
    });
    await booted.call('POST', '/v1/templates', { key: made.secretKey, body: templateInput() });
    const request = { externalUserId: 'u' };
    const unsigned = await openWidget(booted, { project: made, template: 'products', request });
    const signed = await openWidget(booted, { project: made, template: 'products', user: 'u' });
    expect((await unsigned.call('GET', '/jobs')).status).toBe(200);
    await updateProject(context, { projectId: made.projectId }, { isDevelopment: false });
    expect((await unsigned.call('GET', '/jobs')).json.code).toBe('session_invalid');
    expect((await signed.call('GET', '/jobs')).status).toBe(200);
  });
});
