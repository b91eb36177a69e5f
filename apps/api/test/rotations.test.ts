import type { Credential, ProjectSecrets } from '@inlet/contracts';
import { type Receiver, startReceiver } from '@inlet/testing';
import { createProject } from '@inlet/workflow';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type BootedInlet, bootInlet } from './boot-inlet.js';
import { templateInput } from './example-import.js';
import { ORIGIN, requestSession } from './widget-client.js';

let booted: BootedInlet;
let receiver: Receiver;
let project: ProjectSecrets;
let templateId: string;

beforeAll(async () => {
  [booted, receiver] = await Promise.all([bootInlet({ INLET_ROLE: 'api' }), startReceiver()]);
});
afterAll(() => Promise.all([booted.close(), receiver.close()]));

beforeEach(async () => {
  receiver.clear();
  const settings = { allowedOrigins: [ORIGIN] };
  project = await createProject(booted.inlet.context, { name: 'Rotating', settings });
  const body = templateInput({ destination: { url: receiver.url } });
  templateId = (await call('POST', '/v1/templates', { body })).json.id;
});

const call: BootedInlet['call'] = (method, path, options) =>
  booted.call(method, path, { key: project.secretKey, ...options });

async function rotate(what: Credential, options: { graceMinutes?: number } = {}): Promise<string> {
  const { status, json } = await call('POST', '/v1/project/rotations', { body: { what, ...options } });
  if (status !== 201) throw new Error(JSON.stringify(json));
  return json.value;
}

/** Moves the end of every grace period to one second ago. */
async function letGraceEnd(): Promise<void> {
  const { projects } = booted.inlet.context.store;
  const credentials = await projects.get(project.projectId);
  if (!credentials) throw new Error('the project is not stored');
  const past = new Date(Date.now() - 1000);
  const end = <Entry extends { readonly validUntil: Date | null }>(entries: readonly Entry[]) =>
    entries.map((entry) => ({ ...entry, validUntil: entry.validUntil && past }));
  const lists = {
    secretKeys: end(credentials.secretKeys),
    publishableKeys: end(credentials.publishableKeys),
    userTokenSecrets: end(credentials.userTokenSecrets),
    webhookSecrets: end(credentials.webhookSecrets),
  };
  const change = { lists, expectedRevision: credentials.revision };
  expect(await projects.changeCredentials(project.projectId, change)).toBe(true);
}

const isDelivered = async (secret: string): Promise<boolean> => {
  receiver.clear();
  await call('POST', `/v1/templates/${templateId}/destination/test`);
  const [request] = receiver.requests;
  if (!request) throw new Error('nothing was delivered');
  const headers = Object.fromEntries(
    ['webhook-id', 'webhook-timestamp', 'webhook-signature'].map((name) => [
      name,
      String(request.headers[name]),
    ]),
  );
  try {
    new Webhook(secret).verify(request.rawBody.toString(), headers);
    return true;
  } catch {
    return false;
  }
};

const opensWith = async (changes: Partial<ProjectSecrets>): Promise<unknown> => {
  const options = { project: { ...project, ...changes }, template: 'products', user: 'user-1' };
  const { status, json } = await requestSession(booted, options);
  return status === 201 ? 'opened' : json.code;
};

const answersTo = async (key: string): Promise<unknown> => {
  const { status, json } = await call('GET', '/v1/templates', { key });
  return status === 200 ? 'answered' : json.code;
};

/** How to see whether a value of each credential works, and the answer to one that does and one that does not. */
const USES: readonly {
  what: Credential;
  old: () => string;
  use: (value: string) => Promise<unknown>;
  works: unknown;
  refused: unknown;
}[] = [
  {
    what: 'webhook_secret',
    old: () => project.webhookSecret,
    use: isDelivered,
    works: true,
    refused: false,
  },
  {
    what: 'user_token_secret',
    old: () => project.userTokenSecret,
    use: (userTokenSecret) => opensWith({ userTokenSecret }),
    works: 'opened',
    refused: 'user_token_invalid',
  },
  {
    what: 'publishable_key',
    old: () => project.publishableKey,
    use: (publishableKey) => opensWith({ publishableKey }),
    works: 'opened',
    refused: 'key_unknown',
  },
  {
    what: 'secret_key',
    old: () => project.secretKey,
    use: answersTo,
    works: 'answered',
    refused: 'key_unknown',
  },
];

describe.each(USES)('a rotated $what', ({ what, old, use, works, refused }) => {
  it('works beside the old one until the grace period ends', async () => {
    const added = await rotate(what);
    expect([await use(old()), await use(added)]).toEqual([works, works]);
    await letGraceEnd();
    expect([await use(old()), await use(added)]).toEqual([refused, works]);
  });

  it('replaces the old one when its grace period is ended early', async () => {
    const added = await rotate(what, { graceMinutes: 60 });
    expect((await call('DELETE', `/v1/project/rotations/${what}`)).status).toBe(204);
    expect([await use(old()), await use(added)]).toEqual([refused, works]);
  });

  it('replaces the old one at once without a grace period', async () => {
    const added = await rotate(what, { graceMinutes: 0 });
    expect([await use(old()), await use(added)]).toEqual([refused, works]);
  });
});

describe('GET /v1/project', () => {
  it('shows the first characters of what is valid, and when it ends', async () => {
    const before = await call('GET', '/v1/project');
    expect(before.json).toMatchObject({
      id: project.projectId,
      name: 'Rotating',
      allowedOrigins: [ORIGIN],
      isDevelopment: false,
    });
    expect(before.json.credentials).toEqual({
      secret_key: [{ prefix: project.secretKey.slice(0, 13), validUntil: null }],
      publishable_key: [{ prefix: project.publishableKey.slice(0, 13), validUntil: null }],
      user_token_secret: [{ prefix: project.userTokenSecret.slice(0, 4), validUntil: null }],
      webhook_secret: [{ prefix: project.webhookSecret.slice(0, 10), validUntil: null }],
    });

    const rotation = await call('POST', '/v1/project/rotations', { body: { what: 'webhook_secret' } });
    const { value, graceEndsAt } = rotation.json;
    const dayMs = 24 * 60 * 60 * 1000;
    expect(Math.abs(Date.parse(graceEndsAt) - Date.now() - dayMs)).toBeLessThan(60_000);
    const after = await call('GET', '/v1/project');
    expect(after.json.credentials.webhook_secret).toEqual([
      { prefix: value.slice(0, 10), validUntil: null },
      { prefix: project.webhookSecret.slice(0, 10), validUntil: graceEndsAt },
    ]);
    for (const secret of [value, ...Object.values(project).slice(2)])
      expect(after.text).not.toContain(secret);
    await letGraceEnd();
    expect((await call('GET', '/v1/project')).json.credentials.webhook_secret).toHaveLength(1);
  });
});

describe('a rotation', () => {
  it('happens once for one idempotency key', async () => {
    const headers = { 'idempotency-key': 'rotation-1' };
    const body = { what: 'webhook_secret' };
    const first = await call('POST', '/v1/project/rotations', { body, headers });
    const again = await call('POST', '/v1/project/rotations', { body, headers });
    expect(again.json).toEqual(first.json);
    expect((await call('GET', '/v1/project')).json.credentials.webhook_secret).toHaveLength(2);
  });

  it('is refused while three old values are valid', async () => {
    for (let count = 0; count < 3; count++) await rotate('user_token_secret');
    const answer = await call('POST', '/v1/project/rotations', { body: { what: 'user_token_secret' } });
    expect([answer.status, answer.json.code]).toEqual([409, 'rotation_limit_reached']);
    await rotate('publishable_key');
    await call('DELETE', '/v1/project/rotations/user_token_secret');
    await rotate('user_token_secret');
  });

  it.each([
    { what: 'password' },
    { what: 'secret_key', graceMinutes: -1 },
    { what: 'secret_key', graceMinutes: 43_201 },
  ])('is refused when it is not valid: %j', async (body) => {
    const answer = await call('POST', '/v1/project/rotations', { body });
    expect([answer.status, answer.json.code]).toEqual([400, 'invalid_request']);
  });
});
