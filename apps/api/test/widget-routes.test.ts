import { templateInputSchema } from '@inlet/contracts';
import {
  type FeedServer,
  type Receiver,
  secondsFromNow,
  signUserToken,
  startFeedServer,
  startReceiver,
} from '@inlet/testing';
import {
  type Caller,
  type Context,
  changeTemplate,
  createProject,
  createSessionSigner,
  createTemplate,
  endGracePeriod,
  getProject,
  getTemplate,
  listRunDeliveries,
  listTemplates,
  removeTemplate,
  replayDelivery,
  replayRun,
  resetJob,
  rotateCredential,
  testDestination,
  updateProject,
} from '@inlet/workflow';
import Fastify from 'fastify';
import { serializerCompiler } from 'fastify-type-provider-zod';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addRateLimits } from '../src/plugins/rate-limits.js';
import { validatorCompiler } from '../src/problems/validator-compiler.js';
import { widgetV1Routes } from '../src/routes/widget-v1.js';
import { type BootedInlet, bootInlet } from './boot-inlet.js';
import { importOnce, jobInput, templateInput } from './example-import.js';
import { ORIGIN, openWidget, requestSession, type WidgetClient } from './widget-client.js';

interface Route {
  readonly method: string;
  /** With its parameters after colons, below `/widget/v1`. */
  readonly path: string;
}

let booted: BootedInlet;
let feed: FeedServer;
let receiver: Receiver;
let routes: readonly Route[];
let own: { templateId: string; jobId: string; runId: string };
let widget: WidgetClient;

/** All routes that the server registers, so that none is forgotten here. */
async function routesOf(context: Context): Promise<Route[]> {
  const app = Fastify({ exposeHeadRoutes: false });
  const found: Route[] = [];
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  app.addHook('onRoute', ({ method, url }) => {
    found.push({ method: String(method), path: url });
  });
  await addRateLimits(app, { perMinute: 0 });
  await app.register(widgetV1Routes(context, { perAddress: 0, perSession: 0 }));
  await app.close();
  return found;
}

const parameters = () => ({ jobId: own.jobId, runId: own.runId });

/** Calls a route with each of its parameters filled in. */
/** Of routes that need one. */
const BODIES: Readonly<Record<string, object>> = {
  'POST /runs/:runId/discard': { reason: 'Broken.' },
  'POST /runs/:runId/release': { reason: 'Right.', removals: 'send' },
};

function callRoute(
  { method, path }: Route,
  headers: Readonly<Record<string, string>>,
  key: string | null = null,
) {
  const filled = path.replace(
    /:(\w+)/g,
    (_all, name: string) => Object.entries(parameters()).find(([known]) => known === name)?.[1] ?? 'x',
  );
  const hasBody = !['GET', 'HEAD', 'DELETE'].includes(method);
  const body = BODIES[`${method} ${path}`] ?? {};
  return booted.call(method, `/widget/v1${filled}`, { key, headers, ...(hasBody && { body }) });
}

/** Routes that need no session. */
const OPEN = ['/sessions', '/sessions/review', '/downloads/:token'];

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

beforeAll(async () => {
  [booted, feed, receiver] = await Promise.all([bootInlet(), startFeedServer(), startReceiver()]);
  const { context } = booted.inlet;
  await context.store.projects.updateSettings(booted.project.projectId, {
    allowedOrigins: [ORIGIN],
    isDevelopment: false,
  });
  own = await importOnce(booted, { feed, receiver });
  routes = (await routesOf(context)).filter(({ path }) => !OPEN.includes(path));
  widget = await openWidget(booted, { project: booted.project, template: 'products', user: 'user-1' });
});
afterAll(() => Promise.all([booted.close(), feed.close(), receiver.close()]));

describe('every route of the widget', () => {
  it('is one of those that are listed', () => {
    expect(routes.map(({ method, path }) => `${method} ${path}`).toSorted()).toEqual([
      'DELETE /jobs/:jobId',
      'DELETE /uploads/:uploadId',
      'DELETE /uploads/:uploadId/files/:fileId',
      'DELETE /uploads/:uploadId/operations/:operationId',
      'GET /jobs',
      'GET /jobs/:jobId',
      'GET /jobs/:jobId/runs',
      'GET /runs/:runId',
      'GET /runs/:runId/events',
      'GET /runs/:runId/issues',
      'GET /runs/:runId/undo',
      'GET /template',
      'GET /template/sample',
      'GET /uploads',
      'GET /uploads/:uploadId',
      'GET /uploads/:uploadId/batches/next',
      'GET /uploads/:uploadId/download',
      'GET /uploads/:uploadId/events',
      'GET /uploads/:uploadId/files/:fileId/content',
      'GET /uploads/:uploadId/head',
      'GET /uploads/:uploadId/issues',
      'GET /uploads/:uploadId/operations/:operationId',
      'GET /uploads/:uploadId/plan',
      'GET /uploads/:uploadId/rows',
      'GET /uploads/:uploadId/suggestions',
      'HEAD /uploads/files/:fileAddress',
      'PATCH /jobs/:jobId',
      'PATCH /uploads/:uploadId/rows',
      'PATCH /uploads/files/:fileAddress',
      'POST /data',
      'POST /jobs',
      'POST /jobs/:jobId/run',
      'POST /outline',
      'POST /preview',
      'POST /runs/:runId/cancel',
      'POST /runs/:runId/discard',
      'POST /runs/:runId/release',
      'POST /runs/:runId/resend-rejected',
      'POST /runs/:runId/undo',
      'POST /schedules/preview',
      'POST /suggest-mapping',
      'POST /uploads',
      'POST /uploads/:uploadId/batches/:deliveryId',
      'POST /uploads/:uploadId/cancel',
      'POST /uploads/:uploadId/column-texts',
      'POST /uploads/:uploadId/corrections',
      'POST /uploads/:uploadId/download-links',
      'POST /uploads/:uploadId/files',
      'POST /uploads/:uploadId/finish',
      'POST /uploads/files',
      'PUT /jobs/:jobId/pause',
      'PUT /jobs/:jobId/resume',
      'PUT /uploads/:uploadId/header',
      'PUT /uploads/:uploadId/mapping',
    ]);
  });

  it.each([
    ['GET', '/templates'],
    ['POST', '/templates'],
    ['POST', '/jobs/{jobId}/reset'],
    ['GET', '/jobs/user/user-1'],
    ['GET', '/runs/{runId}/deliveries'],
    ['POST', '/runs/{runId}/replay'],
    ['POST', '/deliveries/dlv_1/replay'],
    ['GET', '/project'],
    ['POST', '/project/rotations'],
  ])('is listed by its mount: %s %s is not, and does not exist', async (method, path) => {
    const address = path.replace('{jobId}', own.jobId).replace('{runId}', own.runId);
    const answer = await widget.call(method, address);
    expect([answer.status, answer.json.code]).toEqual([404, 'route_not_found']);
  });

  it.each<[string, () => { headers: Record<string, string>; key?: string }, string]>([
    ['no token', () => ({ headers: {} }), 'session_missing'],
    ['an empty token', () => ({ headers: { authorization: 'Bearer ' } }), 'session_missing'],
    ['the secret key', () => ({ headers: {}, key: booted.project.secretKey }), 'session_missing'],
    [
      'the token by another scheme',
      () => ({ headers: { authorization: `Basic ${widget.sessionToken}` } }),
      'session_missing',
    ],
    ['the secret key as a token', () => ({ headers: bearer(booted.project.secretKey) }), 'session_invalid'],
    [
      'the publishable key as a token',
      () => ({ headers: bearer(booted.project.publishableKey) }),
      'session_invalid',
    ],
    [
      'a valid user token, which only opens sessions',
      () => ({
        headers: bearer(
          signUserToken({
            secret: booted.project.userTokenSecret,
            claims: { sub: 'user-1', exp: secondsFromNow(600) },
          }),
        ),
      }),
      'session_invalid',
    ],
    ['a token with another signature', () => ({ headers: bearer(tampered(2)) }), 'session_invalid'],
    ['a token with other content', () => ({ headers: bearer(tampered(1)) }), 'session_invalid'],
    ['a token of another version', () => ({ headers: bearer(tampered(0)) }), 'session_invalid'],
    [
      'a token without its signature',
      () => ({ headers: bearer(widget.sessionToken.replace(/[^.]+$/, '')) }),
      'session_invalid',
    ],
    [
      'a token of another server',
      () => ({ headers: bearer(forged({ key: Buffer.alloc(32) })) }),
      'session_invalid',
    ],
    [
      'a token of a project that is not there',
      () => ({ headers: bearer(changed({ projectId: 'prj_none' })) }),
      'session_invalid',
    ],
    [
      'a token without a signed user',
      () => ({ headers: bearer(changed({ isSigned: false })) }),
      'session_invalid',
    ],
    [
      'a token for another site',
      () => ({ headers: bearer(changed({ origin: 'https://evil.example' })) }),
      'session_invalid',
    ],
    ['a token of another shape', () => ({ headers: bearer(changed({ more: true })) }), 'session_invalid'],
    [
      'a token that has ended',
      () => ({ headers: bearer(changed({ expiresAt: Date.now() - 1 })) }),
      'session_expired',
    ],
  ])('refuses %s', async (_what, options, code) => {
    const { headers, key } = options();
    for (const route of routes) {
      const answer = await callRoute(route, headers, key ?? null);
      expect([route.method, route.path, answer.status, answer.json?.code]).toEqual([
        ...[route.method, route.path],
        // A response to HEAD has no body.
        ...[401, route.method === 'HEAD' ? undefined : code],
      ]);
      expect(answer.headers.get('cache-control')).toBe('no-store');
    }
  });

  it.each<[string, () => Promise<string>]>([
    [
      'another user',
      async () =>
        (await openWidget(booted, { project: booted.project, template: 'products', user: 'user-2' }))
          .sessionToken,
    ],
    ['another template', async () => changed({ templateId: 'tpl_other' })],
    ['another project', async () => changed({ projectId: (await anotherProject()).projectId })],
  ])('does not see jobs and runs of %s', async (_who, token) => {
    const headers = bearer(await token());
    const byId = routes.filter(({ path }) => /^\/(jobs|runs).*:/.test(path));
    expect(byId).toHaveLength(16);
    for (const route of byId) {
      const body = route.method === 'PATCH' ? { label: 'Mine now' } : undefined;
      const answer = body
        ? await booted.call('PATCH', `/widget/v1/jobs/${own.jobId}`, { key: null, headers, body })
        : await callRoute(route, headers);
      const code = route.path.includes(':runId') ? 'run_not_found' : 'job_not_found';
      expect([route.method, route.path, answer.status, answer.json?.code]).toEqual([
        route.method,
        route.path,
        404,
        code,
      ]);
    }
    const jobs = await booted.call('GET', '/widget/v1/jobs', { key: null, headers });
    expect(jobs.json.items).toEqual([]);
    const job = await booted.call('GET', `/v1/import-jobs/${own.jobId}`);
    expect(job.json).toMatchObject({ status: 'active', label: 'Shop feed' });
  });

  it.each<[string, () => Promise<string>]>([
    [
      'another user',
      async () =>
        (await openWidget(booted, { project: booted.project, template: 'products', user: 'user-2' }))
          .sessionToken,
    ],
    ['another template', async () => changed({ templateId: 'tpl_other' })],
    ['another project', async () => changed({ projectId: (await anotherProject()).projectId })],
  ])('does not see uploads of %s', async (_who, token) => {
    const { json: upload } = await widget.call('POST', '/uploads', {});
    const headers = bearer(await token());
    const fileId = `fil_${'0'.repeat(26)}`;
    const requests: [method: string, path: string, body?: object][] = [
      ['GET', ''],
      ['GET', '/batches/next'],
      ['POST', '/batches/dlv_1', {}],
      ['GET', '/events'],
      ['GET', '/head'],
      ['GET', '/issues'],
      ['GET', '/rows'],
      ['GET', '/suggestions'],
      ['GET', '/operations/opn_1'],
      ['DELETE', '/operations/opn_1'],
      ['PATCH', '/rows', { baseRevision: 0, operations: [{ kind: 'undo' }] }],
      ['PUT', '/header', { fileId, rows: 1, row: 1 }],
      ['POST', '/column-texts', { mapped: { column: 'title', path: 'Title' } }],
      ['PUT', '/mapping', { mapping: [{ column: 'title', path: 'Title' }] }],
      ['POST', '/files?name=a.csv', {}],
      ['POST', '/finish', { revision: 0 }],
      ['POST', '/cancel', {}],
      ['DELETE', ''],
    ];
    for (const [method, path, body] of requests) {
      const options = { key: null, headers, ...(body && { body }) };
      const answer = await booted.call(method, `/widget/v1/uploads/${upload.id}${path}`, options);
      expect([method, path, answer.status, answer.json?.code]).toEqual([
        ...[method, path],
        ...[404, 'upload_not_found'],
      ]);
    }
    const tus = { ...headers, 'tus-resumable': '1.0.0', 'upload-offset': '0' };
    const begun = await booted.call('POST', '/widget/v1/uploads/files', {
      key: null,
      headers: {
        ...tus,
        'upload-length': '1',
        'upload-metadata': `uploadId ${Buffer.from(upload.id).toString('base64')}`,
      },
    });
    expect([begun.status, begun.json.code]).toEqual([404, 'upload_not_found']);
    for (const method of ['HEAD', 'PATCH']) {
      const type = { 'content-type': 'application/offset+octet-stream' };
      const file = `/widget/v1/uploads/files/${upload.id}.${fileId}`;
      const answer = await booted.call(method, file, { key: null, headers: { ...tus, ...type } });
      expect(answer.status).toBe(404);
    }
    const listed = await booted.call('GET', '/widget/v1/uploads', { key: null, headers });
    expect(listed.json.items).toEqual([]);
    expect((await widget.call('DELETE', `/uploads/${upload.id}`)).status).toBe(204);
  });

  it('shows no job to a session without a user', async () => {
    const token = changed({ externalUserId: null });
    const ofJobs = routes.filter(({ path }) => /^\/(jobs|runs)/.test(path));
    for (const route of ofJobs.filter(({ method, path }) => `${method} ${path}` !== 'POST /jobs')) {
      const answer = await callRoute(route, bearer(token));
      expect([route.path, answer.status, answer.json?.code]).toEqual([route.path, 401, 'user_unknown']);
    }
    const created = await booted.call('POST', '/widget/v1/jobs', {
      key: null,
      headers: bearer(token),
      body: newJob(),
    });
    expect(created.json.code).toBe('user_unknown');
  });

  it('is closed to pages of other origins, even of those that may call the API', async () => {
    const open = await bootInlet({ INLET_CORS_ORIGINS: 'https://admin.example' });
    const headers = { origin: 'https://admin.example' };
    const ofApi = await open.call('GET', '/v1/templates', { headers });
    expect(ofApi.headers.get('access-control-allow-origin')).toBe('https://admin.example');
    const ofWidget = await open.call('GET', '/widget/v1/template', { headers });
    expect([...ofWidget.headers.keys()].filter((name) => name.startsWith('access-control-'))).toEqual([]);
    await open.close();
  });

  it('is not in the OpenAPI document', async () => {
    const { json } = await booted.call('GET', '/openapi.json', { key: null });
    expect(
      Object.keys(json.paths).filter((path) => path.includes('widget') || path.includes('embed')),
    ).toEqual([]);
  });
});

describe('the use cases for hosts', () => {
  const template = { templateId: 'tpl_1' };
  const ask: Record<string, (context: Context, caller: Caller) => Promise<unknown>> = {
    createTemplate: (context, caller) =>
      createTemplate(context, caller, templateInputSchema.parse(templateInput())),
    getTemplate: (context, caller) => getTemplate(context, caller, template),
    listTemplates: (context, caller) => listTemplates(context, caller, { page: { limit: 1 } }),
    changeTemplate: (context, caller) =>
      changeTemplate(context, caller, { ...template, patch: {}, isForced: true }),
    removeTemplate: (context, caller) => removeTemplate(context, caller, { ...template, isForced: true }),
    testDestination: (context, caller) => testDestination(context, caller, template),
    resetJob: (context, caller) => resetJob(context, caller, own),
    listRunDeliveries: (context, caller) =>
      listRunDeliveries(context, caller, { ...own, page: { limit: 1 } }),
    replayRun: (context, caller) => replayRun(context, caller, own),
    replayDelivery: (context, caller) => replayDelivery(context, caller, { deliveryId: 'dlv_1' }),
    getProject: (context, caller) => getProject(context, caller),
    updateProject: (context, caller) => updateProject(context, caller, { isDevelopment: true }),
    rotateCredential: (context, caller) =>
      rotateCredential(context, caller, { what: 'secret_key', graceMinutes: 0 }),
    endGracePeriod: (context, caller) => endGracePeriod(context, caller, { what: 'secret_key' }),
  };

  it.each(Object.entries(ask))('%s refuses a user, even without a route', async (_name, act) => {
    const user = {
      externalUserId: 'user-1',
      isSigned: true,
      templateId: own.templateId,
      columns: null,
      extra: null,
      locale: undefined,
    };
    const { projectId } = booted.project;
    const asked = act(booted.inlet.context, { projectId, user });
    await expect(asked).rejects.toMatchObject({ code: 'not_permitted' });
  });
});

describe('a session token', () => {
  it('opens nothing of the API', async () => {
    const { json } = await booted.call('GET', '/openapi.json', { key: null });
    const paths = Object.entries<Record<string, unknown>>(json.paths).filter(([path]) =>
      path.startsWith('/v1/'),
    );
    expect(paths.length).toBeGreaterThan(20);
    for (const [path, methods] of paths)
      for (const method of Object.keys(methods)) {
        const filled = path.replace(/\{jobId\}/, own.jobId).replace(/\{runId\}/, own.runId);
        const call = (headers: Record<string, string>) =>
          booted.call(method.toUpperCase(), filled, { key: null, headers });
        expect([path, (await call(bearer(widget.sessionToken))).json?.code]).toEqual([path, 'key_missing']);
        expect([path, (await call({ accesskey: widget.sessionToken })).json?.code]).toEqual([
          path,
          'key_unknown',
        ]);
      }
  });
});

describe('the events of a run', () => {
  let job: { id: string };
  let run: { id: string };
  const follow = (token: string) =>
    fetch(`${booted.inlet.address}/widget/v1/runs/${run.id}/events`, { headers: bearer(token) });

  beforeAll(async () => {
    const url = feed.route('/stuck.rss', { hang: true });
    const source = { kind: 'url', url };
    ({ job, run } = (await widget.call('POST', '/jobs', { ...newJob(), source, runNow: true })).json);
  });

  it('end with the session', async () => {
    const text = await (await follow(changed({ expiresAt: Date.now() + 3000 }))).text();
    expect(text).toContain('event: run\n');
    expect(text).toMatch(/event: problem\ndata: \{.*"code":"session_expired"/);
  });

  it('are at most six at a time for one user, over all sessions', async () => {
    const tokens = Array.from({ length: 7 }, (_, index) =>
      changed({ expiresAt: Date.now() + 60_000 + index }),
    );
    const streams = await Promise.all(tokens.map(follow));
    expect(streams.map(({ status }) => status).toSorted()).toEqual([200, 200, 200, 200, 200, 200, 429]);
    expect((await widget.call('POST', `/runs/${run.id}/cancel`, {})).status).toBe(202);
    await Promise.all(streams.map((stream) => stream.text()));
    expect((await widget.call('DELETE', `/jobs/${job.id}`)).status).toBe(204);
  });
});

describe('the rate limits of the widget', () => {
  it('are per user, over all sessions, and per address', async () => {
    const limited = await bootInlet({
      INLET_WIDGET_RATE_LIMIT_PER_MINUTE: '3',
      INLET_RATE_LIMIT_PER_MINUTE: '12',
    });
    const { context } = limited.inlet;
    const { project } = limited;
    await context.store.projects.updateSettings(project.projectId, {
      allowedOrigins: [ORIGIN],
      isDevelopment: true,
    });
    await limited.call('POST', '/v1/templates', {
      body: { code: 'a', name: 'A', columns: [{ key: 'a', name: 'A' }] },
    });
    const first = await openWidget(limited, { project, template: 'a', user: 'u' });
    for (let count = 0; count < 3; count += 1)
      expect((await first.call('GET', '/template')).status).toBe(200);
    const refused = await first.call('GET', '/template');
    expect([refused.status, refused.json.code]).toEqual([429, 'rate_limited']);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    const again = await openWidget(limited, { project, template: 'a', user: 'u' });
    expect((await again.call('GET', '/template')).status).toBe(429);
    const other = await openWidget(limited, { project, template: 'a', user: 'v' });
    expect((await other.call('GET', '/template')).status).toBe(200);
    const codes = [];
    for (let count = 0; count < 6; count += 1)
      codes.push((await requestSession(limited, { project, template: 'a', user: 'w' })).status);
    expect(codes).toEqual([201, 201, 201, 429, 429, 429]);
    await limited.close();
  });
});

/** The good token with one character of a part changed. */
function tampered(part: number): string {
  const parts = widget.sessionToken.split('.');
  const text = parts[part] ?? '';
  const at = text.length >> 1;
  parts[part] = text.slice(0, at) + (text[at] === 'A' ? 'B' : 'A') + text.slice(at + 1);
  return parts.join('.');
}

/** The content of the good token with other members, signed by the server's own key. */
function changed(members: object): string {
  const { sessionSigner } = booted.inlet.context;
  return sessionSigner.sign(contentWith(members));
}

function forged({ key }: { key: Buffer }): string {
  return createSessionSigner({ key }).sign(contentWith({}));
}

function contentWith(members: object): string {
  const content = booted.inlet.context.sessionSigner.open(widget.sessionToken) ?? '';
  return JSON.stringify({ ...JSON.parse(content), ...members });
}

function anotherProject() {
  return createProject(booted.inlet.context, { name: 'Other', settings: { allowedOrigins: [ORIGIN] } });
}

function newJob() {
  const { templateId: _t, externalUserId: _u, ...job } = jobInput(own.templateId, feed.url('/shop.rss'));
  return job;
}
