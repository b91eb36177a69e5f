import { createHmac } from 'node:crypto';
import { columnSchema, type ProjectSecrets, sessionRequestSchema } from '@inlet/contracts';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  authenticateSession,
  type Context,
  callerOfSession,
  createProject,
  openSession,
  rotateCredential,
  updateProject,
} from '../src/index.js';
import { checkTokenColumns } from '../src/sessions/identify-user.js';
import { errorWith } from './callers.js';
import { type ClockedContext, type EngineBench, startEngineBench } from './engine-bench.js';

const ORIGIN = 'https://app.example';
const MINUTE_MS = 60_000;
const HOUR_SECONDS = 3600;
const CLAIMS = { sub: 'ada' };
const COLUMNS = [{ key: 'name', name: 'Name' }];

let bench: EngineBench;
let clock: ClockedContext['clock'];
let context: Context;
let project: ProjectSecrets;
let newsId: string;

beforeAll(async () => {
  bench = await startEngineBench();
});
afterAll(() => bench.close());
beforeEach(async () => {
  ({ clock, context } = bench.startClock());
  project = await createProject(context, { name: 'Shop', settings: { allowedOrigins: [ORIGIN] } });
  newsId = await makeTemplate({ code: 'news' });
});

/** Stores a template of the new project, and returns its id. */
async function makeTemplate(changes: object): Promise<string> {
  const base = await bench.makeTemplate();
  const template = await context.store.templates.get({
    projectId: bench.caller.projectId,
    templateId: base.id,
  });
  if (!template) throw new Error('the template is not stored');
  const { projectId } = project;
  const id = context.newId('tpl');
  await context.store.templates.insert({ ...template, id, projectId, ...changes });
  return id;
}

const seconds = () => clock.nowMs() / 1000;
const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');

function tokenOf(claims: object, secret = project.userTokenSecret): string {
  const signed = `${encode({ alg: 'HS256' })}.${encode({ exp: seconds() + HOUR_SECONDS, ...claims })}`;
  return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`;
}

const open = (changes: object = {}) =>
  openSession(
    context,
    sessionRequestSchema.parse({
      publishableKey: project.publishableKey,
      template: 'news',
      origin: ORIGIN,
      ...changes,
    }),
  );
const openFor = (claims: object) => open({ userToken: tokenOf(claims) });
const inDevelopment = () => updateProject(context, { projectId: project.projectId }, { isDevelopment: true });
const callerOf = async (token: string) =>
  callerOfSession(await authenticateSession(context, token), 'de').user;

describe('a session with a signed user', () => {
  it('is bound to the user, the template and what the token says', async () => {
    const extra = { plan: 'gold' };
    const opened = await openFor({ ...CLAIMS, extra, schema: [{ key: 'title', name: 'Heading' }] });
    expect(opened).toMatchObject({
      externalUserId: 'ada',
      isSigned: true,
      template: { code: 'news', columns: [{ key: 'title', name: 'Heading' }] },
      warnings: [],
    });
    expect(opened.template).not.toHaveProperty('destination');
    expect(await callerOf(opened.sessionToken)).toMatchObject({
      externalUserId: 'ada',
      isSigned: true,
      templateId: newsId,
      columns: [{ key: 'title', name: 'Heading' }],
      extra,
      locale: 'de',
    });
  });

  it('has the user and the extra of the token, whatever the page says', async () => {
    await inDevelopment();
    const fromPage = { externalUserId: 'eve', extra: { plan: 'free', externalUserId: 'eve' } };
    const userToken = tokenOf({ ...CLAIMS, extra: { plan: 'gold' } });
    const { sessionToken } = await open({ userToken, ...fromPage });
    expect(await callerOf(sessionToken)).toMatchObject({ externalUserId: 'ada', extra: { plan: 'gold' } });
  });

  it('has the extra of the page if the token has none', async () => {
    const { sessionToken } = await open({ userToken: tokenOf(CLAIMS), extra: { plan: 'free' } });
    expect(await callerOf(sessionToken)).toMatchObject({ externalUserId: 'ada', extra: { plan: 'free' } });
  });

  it.each([
    ['ends an hour after it was opened', 24 * HOUR_SECONDS, 60],
    ['ends a minute after a short token', 10 * 60, 11],
  ])('%s', async (_, tokenSeconds, minutes) => {
    const { sessionToken, expiresAt } = await openFor({ ...CLAIMS, exp: seconds() + tokenSeconds });
    expect(Date.parse(expiresAt) - clock.nowMs()).toBe(minutes * MINUTE_MS);
    clock.advance(minutes * MINUTE_MS - 1);
    expect(await callerOf(sessionToken)).toMatchObject({ externalUserId: 'ada' });
    clock.advance(1);
    await expect(callerOf(sessionToken)).rejects.toMatchObject(errorWith('session_expired'));
  });

  it('opens with the old user-token secret until the grace period ends', async () => {
    const caller = { projectId: project.projectId };
    const { value } = await rotateCredential(context, caller, {
      what: 'user_token_secret',
      graceMinutes: 10,
    });
    const opens = (secret: string) => open({ userToken: tokenOf(CLAIMS, secret) });
    expect(await opens(project.userTokenSecret)).toMatchObject({ isSigned: true });
    clock.advance(10 * MINUTE_MS);
    expect(await opens(value)).toMatchObject({ isSigned: true });
    await expect(opens(project.userTokenSecret)).rejects.toMatchObject(errorWith('user_token_invalid'));
  });
});

describe('a session without a token', () => {
  it('is refused unless the project is in development mode', async () => {
    await expect(open({ externalUserId: 'ada' })).rejects.toMatchObject(errorWith('user_token_required'));
  });

  it.each([
    ['the id that the page names', { externalUserId: 'ada' }, 'ada'],
    ['the id in extra', { extra: { externalUserId: 'ada' } }, 'ada'],
    [
      'the id that the page names before that in extra',
      { externalUserId: 'ada', extra: { externalUserId: 'eve' } },
      'ada',
    ],
    ['nobody if the page names no user', {}, null],
    ['nobody if extra is a list', { extra: ['ada'] }, null],
    ['nobody if the id in extra is a number', { extra: { externalUserId: 7 } }, null],
    ['nobody if the id in extra is empty', { extra: { externalUserId: ' ' } }, null],
  ])('in development mode has %s', async (_, changes, externalUserId) => {
    await inDevelopment();
    const opened = await open(changes);
    expect(opened).toMatchObject({ externalUserId, isSigned: false });
    const code = externalUserId === null ? 'user_unknown' : 'user_unsigned';
    expect(opened.warnings.map((warning) => warning.code)).toEqual([code]);
  });

  it('warns in development mode that the template has no destination', async () => {
    await inDevelopment();
    await makeTemplate({ code: 'bare', destination: null });
    const { warnings } = await open({ template: 'bare', userToken: tokenOf(CLAIMS) });
    expect(warnings).toMatchObject([{ code: 'template_no_destination' }]);
  });
});

describe('a session is not opened', () => {
  it.each([
    ['with an unknown key', () => ({ publishableKey: 'inlet_pk_unknown' }), 'key_unknown'],
    ['with the secret key', () => ({ publishableKey: project.secretKey }), 'key_secret'],
    ['at another origin', () => ({ origin: 'https://evil.example' }), 'origin_not_allowed'],
    [
      'on this machine outside of development mode',
      () => ({ origin: 'http://localhost:3000' }),
      'origin_not_allowed',
    ],
    ['for an unknown template', () => ({ template: 'nope' }), 'template_not_found'],
    [
      'with a token that has expired',
      () => ({ userToken: tokenOf({ ...CLAIMS, exp: seconds() }) }),
      'user_token_expired',
    ],
    [
      'with a token of another project',
      () => ({ userToken: tokenOf(CLAIMS, 'foreign') }),
      'user_token_invalid',
    ],
  ])('%s', async (_, changes, code) => {
    const request = { userToken: tokenOf(CLAIMS), ...changes() };
    await expect(open(request)).rejects.toMatchObject(errorWith(code));
  });

  it('for a template of another project', async () => {
    const { id } = await bench.makeTemplate();
    const request = open({ template: id, userToken: tokenOf(CLAIMS) });
    await expect(request).rejects.toMatchObject(errorWith('template_not_found'));
  });

  it('for a template whose code is the id of another one, since the id wins', async () => {
    await makeTemplate({ code: newsId });
    expect((await open({ template: newsId, userToken: tokenOf(CLAIMS) })).template.code).toBe('news');
  });
});

describe('the columns of a token', () => {
  const template = { identity: ['sku'], uniqueTogether: [{ columns: ['sku', 'shop'] }] };
  const refusalOf = (columns: object[]) => () =>
    checkTokenColumns(
      template,
      columns.map((column) => columnSchema.parse(column)),
    );
  const [sku, shop] = ['sku', 'shop'].map((key) => ({ key, name: key }));

  it('may be any that hold what identifies a row', () => {
    expect(refusalOf([sku!, shop!, ...COLUMNS])).not.toThrow();
  });

  it.each([
    ['a key twice', [sku!, shop!, sku!], 'schema.2.key'],
    ['no column of the identity', [shop!], 'identity.0'],
    ['no column of what is unique together', [sku!], 'uniqueTogether.0'],
    ['a choice without options', [sku!, shop!, { key: 'a', name: 'A', type: 'select' }], 'schema.2.options'],
    [
      'a pattern that cannot be used',
      [sku!, shop!, { key: 'a', name: 'A', pattern: { regex: '(' } }],
      'schema.2.pattern.regex',
    ],
  ])('are refused with %s, under the name that they have in the token', (_, columns, path) => {
    const errors = expect.arrayContaining([expect.objectContaining({ path })]);
    expect(refusalOf(columns)).toThrow(
      expect.objectContaining({
        code: 'user_token_invalid',
        detail: expect.stringMatching(/^Its schema/),
        errors,
      }),
    );
  });
});

describe('an open session', () => {
  const settings = (changes: object) => updateProject(context, { projectId: project.projectId }, changes);

  it('ends when its site is removed from the list, and works again when it is back', async () => {
    const { sessionToken } = await openFor(CLAIMS);
    await settings({ removeOrigins: [ORIGIN] });
    await expect(callerOf(sessionToken)).rejects.toMatchObject(errorWith('session_invalid'));
    await settings({ addOrigins: [ORIGIN] });
    expect(await callerOf(sessionToken)).toMatchObject({ externalUserId: 'ada' });
  });

  it('ends with development mode only if its user is not signed', async () => {
    await inDevelopment();
    const unsigned = await open({ externalUserId: 'ada' });
    const signed = await openFor(CLAIMS);
    await settings({ isDevelopment: false });
    await expect(callerOf(unsigned.sessionToken)).rejects.toMatchObject(errorWith('session_invalid'));
    expect(await callerOf(signed.sessionToken)).toMatchObject({ externalUserId: 'ada' });
  });

  it.each([
    ['missing', undefined, 'session_missing'],
    ['empty', '', 'session_missing'],
    ['made by somebody else', 'v1.e30.c2lnbmF0dXJl', 'session_invalid'],
  ])('needs a token, which may not be %s', async (_, token, code) => {
    await expect(authenticateSession(context, token)).rejects.toMatchObject(errorWith(code));
  });

  it('is refused if its token has the content of another version', async () => {
    const token = context.sessionSigner.sign(JSON.stringify({ version: 2, projectId: project.projectId }));
    await expect(callerOf(token)).rejects.toMatchObject(errorWith('session_invalid'));
  });
});
