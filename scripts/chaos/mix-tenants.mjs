import {
  secondsFromNow,
  signUserToken,
  startFeedServer,
  startReceiver,
} from '../../packages/testing/dist/index.js';
import { feedOf, jobInput, templateInput } from './import-setup.mjs';
import { request, requireOk, until } from './servers.mjs';

const DECISION = { reason: 'Not mine.' };
const SCHEDULE = { kind: 'days', time: '06:00' };
const TUS = { 'tus-resumable': '1.0.0' };
const SOURCE = { kind: 'url', url: 'http://127.0.0.1:9/feed' };

/**
 * Every operation of the OpenAPI document, so that a new route must be added here. Its path parameters are ids of the
 * first tenant. Members: `body`, made from these ids; `headers` from them; `query`; `statuses` that a stranger may get, 404 by default; `isOwn` if the
 * operation names nothing of the first tenant, so that it succeeds with the things of the stranger alone.
 */
const MATRIX = {
  'GET /healthz': { isOwn: true },
  'GET /readyz': { isOwn: true },
  'GET /metrics': { isOwn: true },
  'GET /v1/project': { isOwn: true },
  'PATCH /v1/project': { isOwn: true, body: () => ({ userTokens: { audience: 'stranger' } }) },
  // 409: the end of a grace period, which is called at the same time, was faster.
  'POST /v1/project/rotations': {
    isOwn: true,
    statuses: [409],
    body: () => ({ what: 'webhook_secret', graceMinutes: 60 }),
  },
  'DELETE /v1/project/rotations/{what}': { isOwn: true },
  'GET /v1/templates': { isOwn: true },
  'POST /v1/templates': { isOwn: true, body: () => templateInput() },
  'GET /v1/templates/{templateId}': {},
  'GET /v1/templates/{templateId}/sample': {},
  'PATCH /v1/templates/{templateId}': { body: () => ({ name: 'Mine' }) },
  'DELETE /v1/templates/{templateId}': {},
  'POST /v1/templates/{templateId}/destination/test': {},
  'POST /v1/sources/outline': { isOwn: true, statuses: [422], body: () => ({ source: SOURCE }) },
  'POST /v1/sources/suggest-mapping': { body: ({ templateId }) => ({ templateId, source: SOURCE }) },
  'POST /v1/sources/preview': {
    body: ({ templateId }) => ({ templateId, source: SOURCE, mapping: [{ column: 'title', path: 'title' }] }),
  },
  'POST /v1/import-jobs': { body: ({ templateId }) => jobInput({ templateId, url: SOURCE.url }) },
  'GET /v1/import-jobs/user/{externalUserId}': { isOwn: true },
  'DELETE /v1/import-jobs/user/{externalUserId}/{jobId}': {},
  'GET /v1/import-jobs/{jobId}': {},
  'PATCH /v1/import-jobs/{jobId}': { body: () => ({ label: 'Mine' }) },
  'DELETE /v1/import-jobs/{jobId}': {},
  'PUT /v1/import-jobs/{jobId}/pause': {},
  'PUT /v1/import-jobs/{jobId}/resume': {},
  'POST /v1/import-jobs/{jobId}/run': { body: () => ({}) },
  'POST /v1/import-jobs/{jobId}/reset': {},
  'GET /v1/import-jobs/{jobId}/runs': {},
  'GET /v1/import-job/user/{externalUserId}/{jobId}': {},
  'DELETE /v1/import-job/user/{externalUserId}/{jobId}': {},
  'GET /v1/import-job/user/{jobId}/pause': {},
  'GET /v1/import-job/user/{jobId}/resume': {},
  'PUT /v1/import-job/user/{jobId}/pause': {},
  'PUT /v1/import-job/user/{jobId}/resume': {},
  'PUT /v1/import-jobs/user/{jobId}/pause': {},
  'PUT /v1/import-jobs/user/{jobId}/resume': {},
  'POST /v1/uploads': { body: ({ templateId, externalUserId }) => ({ templateId, externalUserId }) },
  'GET /v1/uploads': { isOwn: true },
  'GET /v1/uploads/{uploadId}': {},
  'DELETE /v1/uploads/{uploadId}': {},
  'GET /v1/uploads/{uploadId}/events': {},
  'POST /v1/uploads/{uploadId}/files': { query: 'name=mine.csv', body: () => ({}) },
  'POST /v1/uploads/files': {
    headers: ({ uploadId }) => ({
      ...TUS,
      'upload-length': '5',
      'upload-metadata': `uploadId ${btoa(uploadId)},filename ${btoa('mine.csv')}`,
    }),
  },
  'PATCH /v1/uploads/files/{fileAddress}': {
    headers: () => ({ ...TUS, 'upload-offset': '0', 'content-type': 'application/offset+octet-stream' }),
    body: () => 'mine',
  },
  'DELETE /v1/uploads/{uploadId}/files/{fileId}': {},
  'GET /v1/uploads/{uploadId}/files/{fileId}/content': {},
  'GET /v1/uploads/{uploadId}/download': {},
  'POST /v1/uploads/{uploadId}/corrections': { query: 'name=mine.csv', body: () => 'Row,title' },
  'GET /v1/uploads/{uploadId}/plan': {},
  'GET /v1/uploads/{uploadId}/head': {},
  'PUT /v1/uploads/{uploadId}/header': { body: ({ fileId }) => ({ fileId, row: 1, rows: 0 }) },
  'GET /v1/uploads/{uploadId}/suggestions': {},
  'POST /v1/uploads/{uploadId}/column-texts': {
    body: () => ({ mapped: { column: 'title', path: 'title' } }),
  },
  'PUT /v1/uploads/{uploadId}/mapping': {
    body: () => ({ mapping: [{ column: 'title', path: 'title' }] }),
  },
  'GET /v1/uploads/{uploadId}/rows': {},
  'PATCH /v1/uploads/{uploadId}/rows': {
    body: () => ({ baseRevision: 1, operations: [{ kind: 'undo' }] }),
  },
  'GET /v1/uploads/{uploadId}/issues': {},
  'GET /v1/uploads/{uploadId}/operations/{operationId}': {},
  'DELETE /v1/uploads/{uploadId}/operations/{operationId}': {},
  'POST /v1/uploads/{uploadId}/finish': { body: () => ({ revision: 1 }) },
  'POST /v1/uploads/{uploadId}/cancel': {},
  'POST /v1/uploads/{uploadId}/review-links': { body: () => ({}) },
  'DELETE /v1/uploads/{uploadId}/review-links': {},
  // A form; the campaign sends JSON, which is refused before anything is looked up.
  'POST /v1/imports': {
    statuses: [400, 404],
    body: ({ templateId, externalUserId }) => ({ templateId, externalUserId }),
  },
  'GET /v1/runs/{runId}': {},
  'GET /v1/runs/{runId}/events': {},
  'GET /v1/runs/{runId}/issues': {},
  'GET /v1/runs/{runId}/deliveries': {},
  'POST /v1/runs/{runId}/cancel': {},
  'POST /v1/runs/{runId}/release': { body: () => ({ ...DECISION, removals: 'send' }) },
  'POST /v1/runs/{runId}/discard': { body: () => DECISION },
  'POST /v1/runs/{runId}/replay': {},
  'POST /v1/runs/{runId}/resend-rejected': {},
  'GET /v1/runs/{runId}/undo': {},
  'POST /v1/runs/{runId}/undo': {},
  'DELETE /v1/users/{externalUserId}': { isOwn: true },
  'GET /v1/erasures/{erasureId}': {},
  'POST /v1/deliveries/{deliveryId}/replay': {},
  'POST /v1/schedules/preview': { isOwn: true, body: () => ({ schedule: SCHEDULE }) },
};

/**
 * Calls every operation of the OpenAPI document, and its counterpart under `/widget/v1`, with ids of one tenant: with the
 * key of another project, and with sessions of another user and of another project. Nothing may succeed, show an id or
 * a name of the first tenant, or change anything of it.
 */
export async function mixTenants({ shared, note }) {
  const { address, projects } = await shared();
  const [site, receiver] = await Promise.all([startFeedServer(), startReceiver()]);
  try {
    const [first, second] = [
      await makeTenant('First', { project: projects[0], address, site, receiver }),
      await makeTenant('Second', { project: projects[1], address, site, receiver }),
    ];
    const strangers = [
      { name: 'the key of another project', options: { key: second.secretKey } },
      {
        name: "another user's session",
        isWidget: true,
        options: { token: await openSession(first, 'user-2') },
      },
      {
        name: "another project's session",
        isWidget: true,
        options: { token: await openSession(second, 'user-1') },
      },
      {
        name: "another user's session on the API",
        options: { token: await openSession(first, 'user-2') },
        statuses: [401],
      },
    ];
    const { paths } = await requireOk(`${address}/openapi.json`);
    const operations = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    for (const operation of operations)
      if (!(operation in MATRIX)) note(operation, 'is not in the matrix of scripts/chaos/mix-tenants.mjs');
    for (const operation of Object.keys(MATRIX))
      if (!operations.includes(operation))
        note(operation, 'is in the matrix, and no longer in the OpenAPI document');
    for (const stranger of strangers) {
      const before = await snapshot(first);
      const calls = operations.filter((name) => name in MATRIX);
      await Promise.all(
        calls.map(async (operation) =>
          note(`${operation} with ${stranger.name}`, await callAsStranger(operation, { stranger, first })),
        ),
      );
      const after = await snapshot(first);
      note(`everything of the first tenant after ${stranger.name}`, before === after ? null : 'has changed');
    }
  } finally {
    await Promise.all([site.close(), receiver.close()]);
  }
}

async function callAsStranger(operation, { stranger, first }) {
  const { isOwn = false, statuses = [404], body, headers, query } = MATRIX[operation];
  const [method, path] = operation.split(' ');
  if (stranger.isWidget && !path.startsWith('/v1/')) return null;
  const filled = path.replace(/\{(\w+)\}/g, (_all, name) =>
    encodeURIComponent(first.ids[name] ?? 'webhook_secret'),
  );
  const url = `${first.address}${stranger.isWidget ? toWidgetPath(filled) : filled}${query ? `?${query}` : ''}`;
  const given = body?.(first.ids);
  const answer = await request(url, {
    ...stranger.options,
    method,
    body: given,
    headers: headers?.(first.ids),
  });
  const leaked = first.names.find(
    (name) => answer.text.includes(name) && !JSON.stringify([url, given]).includes(name),
  );
  if (leaked !== undefined) return `the answer (${answer.status}) shows ${leaked}`;
  const mayAnswer = path.startsWith('/v1/') ? stranger.statuses : undefined;
  if (mayAnswer) return mayAnswer.includes(answer.status) ? null : `answered ${answer.status} ${answer.text}`;
  // The counterpart of an operation of the API may be missing, or have other fields.
  if (stranger.isWidget)
    return (isOwn && answer.status < 500) || (answer.status >= 400 && answer.status < 500)
      ? null
      : `answered ${answer.status} ${answer.text}`;
  const isExpected = isOwn && answer.status < 300 ? true : statuses.includes(answer.status);
  return isExpected ? null : `answered ${answer.status} ${answer.text}`;
}

const toWidgetPath = (path) =>
  path.replace(/^\/v1/, '/widget/v1').replace(/\/import-jobs?(\/user)?/, '/jobs');

/** A project with a template, a job, a finished run, its delivery, and an upload with a file. */
async function makeTenant(name, { project, address, site, receiver }) {
  const url = site.route(`/${name}.rss`, { body: feedOf([{ id: '1', title: `${name} title` }]) });
  const call = (method, path, body) => requireOk(address + path, { method, key: project.secretKey, body });
  const { id: templateId } = await call(
    'POST',
    '/v1/templates',
    templateInput({
      code: `code-${name.toLowerCase()}`,
      name: `${name} template`,
      destination: { url: receiver.url },
    }),
  );
  const { job, run } = await call(
    'POST',
    '/v1/import-jobs',
    jobInput({ templateId, url, runNow: true, label: `${name} label` }),
  );
  await until(`the first run of ${name}`, async () => (await call('GET', `/v1/runs/${run.id}`)).finishedAt);
  const { items } = await call('GET', `/v1/runs/${run.id}/deliveries`);
  const upload = await call('POST', '/v1/uploads', { templateId, externalUserId: 'user-1' });
  const sent = await call('POST', `/v1/uploads/${upload.id}/files?name=${name}.json`, [
    { title: `${name} title` },
  ]);
  const fileId = sent.files[0].id;
  const ids = {
    ...{ templateId, jobId: job.id, runId: run.id, deliveryId: items[0].id, uploadId: upload.id, fileId },
    externalUserId: 'user-1',
    operationId: 'opn_00000000000000000000000000',
    erasureId: 'era_00000000000000000000000000',
    fileAddress: `${upload.id}.${fileId}`,
  };
  await until(`the file of ${name}`, async () => {
    const { status } = await call('GET', `/v1/uploads/${upload.id}`);
    return status === 'mapping';
  });
  return {
    ...project,
    address,
    call,
    ids,
    names: [
      ...Object.values(ids).slice(0, 6),
      project.projectId,
      `${name} title`,
      `${name} label`,
      `${name} template`,
    ],
  };
}

async function openSession({ address, publishableKey, userTokenSecret, ids }, user) {
  const claims = { sub: user, exp: secondsFromNow(600) };
  const userToken = signUserToken({ secret: userTokenSecret, claims });
  const body = { publishableKey, template: ids.templateId, origin: 'https://shop.example', userToken };
  return (await requireOk(`${address}/widget/v1/sessions`, { method: 'POST', body })).sessionToken;
}

/** Everything of a tenant that another one could change, as text. */
async function snapshot({ call, ids }) {
  const { templateId, jobId, runId, uploadId } = ids;
  const paths = [
    '/v1/project',
    '/v1/templates',
    `/v1/templates/${templateId}`,
    `/v1/import-jobs/${jobId}`,
    `/v1/import-jobs/${jobId}/runs`,
    `/v1/runs/${runId}`,
    `/v1/runs/${runId}/deliveries`,
    `/v1/uploads/${uploadId}`,
  ];
  const found = [];
  for (const path of paths) found.push(await call('GET', path));
  return JSON.stringify(found);
}
