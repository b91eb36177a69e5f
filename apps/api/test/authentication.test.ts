import { createHmac } from 'node:crypto';
import { type FeedServer, type Receiver, startFeedServer, startReceiver } from '@inlet/testing';
import { createProject, rotateCredential } from '@inlet/workflow';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BootedInlet, bootInlet } from './boot-inlet.js';
import { importOnce } from './example-import.js';
import { type Operation, operationsOf } from './operations-of.js';

let booted: BootedInlet;
let feed: FeedServer;
let receiver: Receiver;
let operations: readonly Operation[];

beforeAll(async () => {
  [booted, feed, receiver] = await Promise.all([bootInlet(), startFeedServer(), startReceiver()]);
  const { json } = await booted.call('GET', '/openapi.json', { key: null });
  operations = operationsOf(json).filter(({ path }) => path.startsWith('/v1/'));
});
afterAll(() => Promise.all([booted.close(), feed.close(), receiver.close()]));

const base64 = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

function userToken(secret: string | null, expiresAt: number): string {
  const head = `${base64({ alg: secret === null ? 'none' : 'HS256', typ: 'JWT' })}.${base64({ sub: 'user-1', exp: expiresAt })}`;
  const signature = secret === null ? '' : createHmac('sha256', secret).update(head).digest('base64url');
  return `${head}.${signature}`;
}

/** Bodies of the routes that refuse an empty one. */
const BODIES: Readonly<Record<string, object>> = {
  '/v1/runs/{runId}/release': { reason: 'The source is right.', removals: 'send' },
  '/v1/runs/{runId}/discard': { reason: 'The source is broken.' },
};

/** Calls a route with each path parameter filled in. */
function callWith(
  { method, path }: Operation,
  parameters: Readonly<Record<string, string>>,
  options: { key?: string | null; headers?: Record<string, string> },
) {
  const address = path.replace(/\{(\w+)\}/g, (_all, name: string) => parameters[name] ?? 'x');
  const body = method === 'GET' || method === 'DELETE' ? {} : { body: BODIES[path] ?? {} };
  return booted.call(method, address, { ...options, ...body });
}

describe('every route of the API', () => {
  it('is one of those that are listed', () => {
    expect(operations).toHaveLength(76);
  });

  it.each([
    ['no key', () => ({ key: null }), 401, 'key_missing'],
    ['an empty key', () => ({ key: '' }), 401, 'key_missing'],
    ['an unknown key', () => ({ key: 'inlet_sk_unknown' }), 401, 'key_unknown'],
    ['a key with one character more', () => ({ key: `${booted.project.secretKey}x` }), 401, 'key_unknown'],
    ['the publishable key', () => ({ key: booted.project.publishableKey }), 403, 'key_publishable'],
    ['the user-token secret', () => ({ key: booted.project.userTokenSecret }), 401, 'key_unknown'],
    ['an unsigned user token', () => bearer(userToken(null, 4_102_444_800)), 401, 'key_missing'],
    ['an expired user token', () => bearer(userToken(booted.project.userTokenSecret, 1)), 401, 'key_missing'],
    [
      'a valid user token, which only identifies a user',
      () => bearer(userToken(booted.project.userTokenSecret, 4_102_444_800)),
      401,
      'key_missing',
    ],
    ['the secret key as a bearer token', () => bearer(booted.project.secretKey), 401, 'key_missing'],
  ])('refuses %s', async (_what, options, status, code) => {
    for (const operation of operations) {
      const answer = await callWith(operation, {}, options());
      const where = `${operation.method} ${operation.path}`;
      expect([where, answer.status, answer.json?.code]).toEqual([where, status, code]);
      expect(answer.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
    }
  });

  it('is never cached', async () => {
    for (const operation of operations) {
      expect((await callWith(operation, {}, { key: null })).headers.get('cache-control')).toBe('no-store');
      if (operation.method === 'GET')
        expect((await callWith(operation, {}, {})).headers.get('cache-control')).toBe('no-store');
    }
  });

  it('does not reach anything of another project', async () => {
    const own = await importOnce(booted, { feed, receiver });
    const parameters = { ...own, externalUserId: 'user-1' };
    const other = await createProject(booted.inlet.context, { name: 'Other' });
    const byId = operations.filter(({ path }) => /\{(templateId|jobId|runId|deliveryId)\}/.test(path));
    expect(byId.length).toBeGreaterThan(20);
    for (const operation of byId) {
      const what = /\{(template|job|run|delivery)Id\}/.exec(
        operation.path.replace('{externalUserId}', ''),
      )?.[1];
      const where = `${operation.method} ${operation.path}`;
      const answer = await callWith(operation, parameters, { key: other.secretKey });
      expect([where, answer.status, answer.json?.code]).toEqual([where, 404, `${what}_not_found`]);
    }
    expect((await booted.call('GET', '/v1/templates', { key: other.secretKey })).json.items).toEqual([]);
    const jobs = await booted.call('GET', '/v1/import-jobs/user/user-1', { key: other.secretKey });
    expect(jobs.json.items).toEqual([]);
    const template = await booted.call('GET', `/v1/templates/${own.templateId}`);
    expect(template.status).toBe(200);
    expect((await booted.call('GET', `/v1/import-jobs/${own.jobId}`)).json.status).toBe('active');
  });

  it('responds with 404 to unknown ids', async () => {
    const byId = operations.filter(({ path }) => /\{(templateId|jobId|runId|deliveryId)\}/.test(path));
    for (const operation of byId) {
      const answer = await callWith(operation, {}, {});
      expect([operation.path, answer.status]).toEqual([operation.path, 404]);
    }
  });
});

describe('a secret key', () => {
  it('stops working when it is rotated', async () => {
    const { context } = booted.inlet;
    const { projectId, secretKey: first } = await createProject(context, { name: 'Rotated' });
    expect((await booted.call('GET', '/v1/templates', { key: first })).status).toBe(200);
    const request = { what: 'secret_key', graceMinutes: 0 } as const;
    const { value: second } = await rotateCredential(context, { projectId }, request);
    expect((await booted.call('GET', '/v1/templates', { key: first })).json.code).toBe('key_unknown');
    expect((await booted.call('GET', '/v1/templates', { key: second })).status).toBe(200);
  });

  it('is checked before the body is read', async () => {
    const answer = await booted.call('POST', '/v1/templates', { key: null, body: { nonsense: true } });
    expect(answer.json.code).toBe('key_missing');
  });
});

function bearer(token: string): { key: null; headers: Record<string, string> } {
  return { key: null, headers: { authorization: `Bearer ${token}` } };
}
