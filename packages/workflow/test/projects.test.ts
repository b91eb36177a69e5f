import type { Credential, ProjectSecrets } from '@inlet/contracts';
import { interceptOperations } from '@inlet/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  type Caller,
  type Context,
  createProject,
  endGracePeriod,
  findByPublishableKey,
  findBySecretKey,
  getProject,
  isCurrentCredential,
  rotateCredential,
  updateProject,
} from '../src/index.js';
import { validSecrets } from '../src/projects/credentials.js';
import { errorWith, userOf } from './callers.js';
import { type ClockedContext, type EngineBench, startEngineBench } from './engine-bench.js';

const MINUTE_MS = 60_000;

let bench: EngineBench;
let clock: ClockedContext['clock'];
let context: Context;
let project: ProjectSecrets;
let caller: Caller;

beforeAll(async () => {
  bench = await startEngineBench();
});
afterAll(() => bench.close());
beforeEach(async () => {
  ({ clock, context } = bench.startClock());
  project = await createProject(context, {
    name: 'Shop',
    settings: { allowedOrigins: ['https://app.example'] },
  });
  caller = { projectId: project.projectId };
});

const stored = async () => {
  const credentials = await context.store.projects.get(project.projectId);
  if (!credentials) throw new Error('the project is not stored');
  return credentials;
};
const rotate = async (what: Credential, graceMinutes = 10) =>
  (await rotateCredential(context, caller, { what, graceMinutes })).value;

describe('a new project', () => {
  it('has a value of each credential that names its kind', () => {
    expect(project).toMatchObject({
      secretKey: expect.stringMatching(/^inlet_sk_[\w-]{43}$/),
      publishableKey: expect.stringMatching(/^inlet_pk_[\w-]{43}$/),
      userTokenSecret: expect.stringMatching(/^[\w-]{43}$/),
      webhookSecret: expect.stringMatching(/^whsec_/),
    });
  });

  it('stores its keys as hashes alone', async () => {
    const text = JSON.stringify(await stored());
    expect(text).not.toContain(project.secretKey);
    expect(text).not.toContain(project.publishableKey);
  });

  it('allows no origin and is not in development mode, unless that is set', async () => {
    const { projectId } = await createProject(context, { name: 'Bare' });
    expect(await getProject(context, { projectId })).toMatchObject({
      name: 'Bare',
      allowedOrigins: [],
      isDevelopment: false,
      createdAt: '2100-03-01T12:00:00.000Z',
    });
  });
});

describe('a key', () => {
  const withSecret = (key: string | undefined) => findBySecretKey(context, key);
  const withPublishable = (key: string | undefined) => findByPublishableKey(context, key);

  it('finds its project', async () => {
    expect(await withSecret(project.secretKey)).toMatchObject({ id: project.projectId, name: 'Shop' });
    expect(await withPublishable(project.publishableKey)).toMatchObject({ id: project.projectId });
  });

  it.each([
    ['the API', withSecret, 'publishableKey', 'key_publishable'],
    ['the widget', withPublishable, 'secretKey', 'key_secret'],
  ] as const)('of the other kind has an error that says so in %s', async (_, find, key, code) => {
    await expect(find(project[key])).rejects.toMatchObject(errorWith(code));
  });

  it.each([
    ['missing', undefined, 'key_missing'],
    ['empty', '', 'key_missing'],
    ['unknown', 'inlet_sk_unknown', 'key_unknown'],
    ['no key at all', 'Bearer', 'key_unknown'],
  ])('may be %s', async (_, key, code) => {
    await expect(withSecret(key)).rejects.toMatchObject(errorWith(code));
    await expect(withPublishable(key)).rejects.toMatchObject(errorWith(code));
  });

  it('is not found by a part of it or in another case', async () => {
    for (const key of [
      project.secretKey.slice(0, -1),
      project.secretKey.toUpperCase(),
      ` ${project.secretKey}`,
    ])
      await expect(withSecret(key)).rejects.toMatchObject(errorWith('key_unknown'));
  });
});

/** Tells whether a value of each credential is valid now. */
const IS_VALID: Record<Credential, (value: string) => Promise<boolean>> = {
  secret_key: (value) => findBySecretKey(context, value).then(Boolean, () => false),
  publishable_key: (value) => findByPublishableKey(context, value).then(Boolean, () => false),
  user_token_secret: async (value) =>
    validSecrets((await stored()).userTokenSecrets, clock.now()).includes(value),
  webhook_secret: async (value) => validSecrets((await stored()).webhookSecrets, clock.now()).includes(value),
};
const FIRST: Record<Credential, keyof ProjectSecrets> = {
  secret_key: 'secretKey',
  publishable_key: 'publishableKey',
  user_token_secret: 'userTokenSecret',
  webhook_secret: 'webhookSecret',
};
const CREDENTIALS = Object.keys(FIRST) as Credential[];

describe.each(CREDENTIALS)('a rotation of the %s', (what) => {
  const validity = (...values: string[]) => Promise.all(values.map((value) => IS_VALID[what](value)));

  it('keeps the old value valid to the last millisecond of the grace period', async () => {
    const old = project[FIRST[what]];
    const added = await rotate(what, 10);
    expect(await validity(old, added)).toEqual([true, true]);
    clock.advance(10 * MINUTE_MS - 1);
    expect(await validity(old, added)).toEqual([true, true]);
    clock.advance(1);
    expect(await validity(old, added)).toEqual([false, true]);
  });

  it('ends the old value at once without a grace period', async () => {
    const { value, graceEndsAt } = await rotateCredential(context, caller, { what, graceMinutes: 0 });
    expect(graceEndsAt).toBeNull();
    expect(await validity(project[FIRST[what]], value)).toEqual([false, true]);
  });

  it('makes the new value the current one, and no value that only begins like it', async () => {
    const old = project[FIRST[what]];
    const isCurrent = (value: string) => isCurrentCredential(context, caller, { what, value });
    const nearlyOld = `${old.slice(0, -1)}${old.endsWith('A') ? 'B' : 'A'}`;
    expect(await Promise.all([old, nearlyOld].map(isCurrent))).toEqual([true, false]);
    const added = await rotate(what, 10);
    expect(await Promise.all([old, added].map(isCurrent))).toEqual([false, true]);
  });

  it('leaves all other credentials alone', async () => {
    const { project: _, revision, ...before } = await stored();
    await rotate(what);
    const { project: __, revision: next, ...after } = await stored();
    const changed = Object.keys(before).filter(
      (list) =>
        JSON.stringify(before[list as keyof typeof before]) !==
        JSON.stringify(after[list as keyof typeof after]),
    );
    expect(changed).toHaveLength(1);
    expect(next).toBe(revision + 1);
  });
});

describe('a rotation', () => {
  it('does not prolong the grace period of an older value', async () => {
    await rotate('webhook_secret', 10);
    await rotate('webhook_secret', 60);
    expect((await stored()).webhookSecrets.map(({ validUntil }) => validUntil?.toISOString())).toEqual([
      undefined,
      '2100-03-01T13:00:00.000Z',
      '2100-03-01T12:10:00.000Z',
    ]);
  });

  it('is refused while three old values are valid, until one of them ends', async () => {
    for (let count = 1; count <= 3; count += 1) await rotate('secret_key', count * 10);
    await expect(rotate('secret_key')).rejects.toMatchObject(errorWith('rotation_limit_reached'));
    clock.advance(10 * MINUTE_MS);
    const latest = await rotate('secret_key');
    expect(await findBySecretKey(context, latest)).toMatchObject({ id: project.projectId });
  });

  it('removes values whose grace period has ended', async () => {
    await rotate('secret_key', 10);
    clock.advance(10 * MINUTE_MS);
    await rotate('secret_key', 10);
    expect((await stored()).secretKeys).toHaveLength(2);
  });

  it('is refused if another one happens at the same moment, and only that one counts', async () => {
    const racing = interceptOperations(context, async (name, proceed) => {
      if (name === 'projects.changeCredentials') await rotate('webhook_secret');
      return proceed();
    });
    const slower = rotateCredential(racing, caller, { what: 'webhook_secret', graceMinutes: 10 });
    await expect(slower).rejects.toMatchObject(errorWith('credential_changed_meanwhile'));
    expect((await stored()).webhookSecrets).toHaveLength(2);
  });

  it('is ended early for all old values of one credential', async () => {
    const [first, second] = [project.secretKey, await rotate('secret_key')];
    const third = await rotate('secret_key');
    await rotate('webhook_secret');
    await endGracePeriod(context, caller, { what: 'secret_key' });
    const valid = await Promise.all([first, second, third].map(IS_VALID.secret_key));
    expect(valid).toEqual([false, false, true]);
    expect(await IS_VALID.webhook_secret(project.webhookSecret)).toBe(true);
  });
});

describe('the view of a project', () => {
  it('shows the first characters of all valid values, and no whole one', async () => {
    const added = await rotate('webhook_secret', 10);
    const view = await getProject(context, caller);
    expect(view.credentials).toEqual({
      secret_key: [{ prefix: project.secretKey.slice(0, 13), validUntil: null }],
      publishable_key: [{ prefix: project.publishableKey.slice(0, 13), validUntil: null }],
      user_token_secret: [{ prefix: project.userTokenSecret.slice(0, 4), validUntil: null }],
      webhook_secret: [
        { prefix: added.slice(0, 10), validUntil: null },
        { prefix: project.webhookSecret.slice(0, 10), validUntil: '2100-03-01T12:10:00.000Z' },
      ],
    });
    clock.advance(10 * MINUTE_MS);
    expect((await getProject(context, caller)).credentials.webhook_secret).toHaveLength(1);
  });
});

describe('the settings of a project', () => {
  it.each([
    [
      'an origin is added',
      { addOrigins: ['https://b.example'] },
      ['https://app.example', 'https://b.example'],
      false,
    ],
    ['an origin is added twice', { addOrigins: ['https://app.example'] }, ['https://app.example'], false],
    ['an origin is removed', { removeOrigins: ['https://app.example'] }, [], false],
    [
      'an unknown origin is removed',
      { removeOrigins: ['https://c.example'] },
      ['https://app.example'],
      false,
    ],
    ['development mode begins', { isDevelopment: true }, ['https://app.example'], true],
  ])('change when %s', async (_, changes, allowedOrigins, isDevelopment) => {
    expect(await updateProject(context, caller, changes)).toMatchObject({ allowedOrigins, isDevelopment });
    expect((await stored()).project).toMatchObject({ name: 'Shop', allowedOrigins, isDevelopment });
  });

  it('keep development mode when only origins change', async () => {
    await updateProject(context, caller, { isDevelopment: true });
    expect(await updateProject(context, caller, { addOrigins: [] })).toMatchObject({ isDevelopment: true });
  });

  it.each(['https://app.example/path', 'https://APP.example', 'https://app.example:443', '*'])(
    'refuse what is not an origin: %s',
    async (origin) => {
      await expect(updateProject(context, caller, { addOrigins: [origin] })).rejects.toThrow(/origin/);
      expect((await stored()).project.allowedOrigins).toEqual(['https://app.example']);
    },
  );
});

describe('what is for the host', () => {
  const USES: [string, (as: Caller) => Promise<unknown>][] = [
    ['reading the project', (as) => getProject(context, as)],
    ['changing its settings', (as) => updateProject(context, as, { isDevelopment: true })],
    ['a rotation', (as) => rotateCredential(context, as, { what: 'secret_key', graceMinutes: 0 })],
    [
      'asking for the current value',
      (as) => isCurrentCredential(context, as, { what: 'secret_key', value: project.secretKey }),
    ],
    ['ending a grace period', (as) => endGracePeriod(context, as, { what: 'secret_key' })],
  ];

  it.each(USES)('is refused to users of the widget: %s', async (_, use) => {
    const before = await stored();
    const user = userOf({ projectId: project.projectId, templateId: 'tpl_1' });
    await expect(use(user)).rejects.toMatchObject(errorWith('not_permitted'));
    expect(await stored()).toEqual(before);
  });

  it.each(USES)('needs a project: %s', async (_, use) => {
    await expect(use({ projectId: 'prj_unknown' })).rejects.toMatchObject(errorWith('project_not_found'));
  });
});
