import {
  type FeedHandler,
  type FeedServer,
  type Receiver,
  startFeedServer,
  startReceiver,
} from '@inlet/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type ClientOptions, createInletClient, InletApiError, InletConnectionError } from './index.js';

const PROBLEM = {
  type: '/errors#job_not_found',
  title: 'There is no such import job',
  status: 404,
  code: 'job_not_found',
  help: 'List them.',
};

describe('createInletClient', () => {
  let server: Receiver;
  beforeAll(async () => {
    server = await startReceiver();
  });
  beforeEach(() => {
    server.clear();
    server.answerWith({ body: { id: 'x' } });
  });
  afterAll(() => server.close());

  const client = (options: Partial<ClientOptions> = {}) =>
    createInletClient({
      baseUrl: `http://127.0.0.1:${server.port}/inlet/`,
      secretKey: 'sk_test',
      retryDelayMs: 1,
      ...options,
    });
  const seen = () => server.requests.map(({ method, path }) => `${method} ${path.replace('/inlet/v1', '')}`);
  const keys = () => server.requests.map(({ headers }) => headers['idempotency-key']);

  it('knows every address of the API', async () => {
    const { project, templates, sources, importJobs, runs, deliveries, schedules, uploads } = client();
    const source = { kind: 'url' as const, url: 'https://example.com/feed' };
    const mapping = [{ column: 'title', path: 'title' }];
    const schedule = { kind: 'minutes' as const, every: 5 };
    await templates.create({ code: 't', name: 'T', columns: [{ key: 'title', name: 'Title' }] });
    await templates.list().page();
    await templates.get('tpl_1');
    await templates.change('tpl_1', { name: 'U' });
    await templates.change('tpl_1', { name: 'U' }, { force: true });
    await templates.remove('tpl_1', { force: true });
    await templates.testDestination('tpl_1');
    await sources.outline({ source });
    await sources.suggestMapping({ source, templateId: 'tpl_1' });
    await sources.preview({ source, templateId: 'tpl_1', recordPath: '/rss/channel/item', mapping });
    await importJobs.create({
      templateId: 'tpl_1',
      externalUserId: 'u/1',
      label: 'L',
      source,
      recordPath: '/rss/channel/item',
      mapping,
      schedule,
    });
    await importJobs.listOfUser('u/1').page({ cursor: 'c', limit: 5 });
    await importJobs.get('job_1');
    await importJobs.change('job_1', { label: 'M' });
    await importJobs.pause('job_1');
    await importJobs.resume('job_1');
    await importJobs.remove('job_1');
    await importJobs.removeOfUser('u/1', 'job_1');
    await importJobs.run('job_1', { dryRun: true });
    await importJobs.reset('job_1');
    await importJobs.listRuns('job_1').page();
    await uploads.create({ templateId: 'tpl_1', externalUserId: 'u' });
    await uploads.list({ status: 'needs_review' }).page({ limit: 5 });
    await uploads.get('upl_1');
    await uploads.sendFile('upl_1', { name: 'Täler.csv', bytes: 'a,b' });
    await uploads.getHead('upl_1', { encoding: 'windows-1252' });
    await uploads.chooseHeader('upl_1', { fileId: 'fil_1', row: 1, rows: 1 });
    await uploads.suggestMapping('upl_1');
    await uploads.listColumnTexts('upl_1', { mapped: { column: 'title', path: 'Title' } });
    await uploads.chooseMapping('upl_1', mapping);
    await uploads.listRows('upl_1', { view: 'invalid', offset: 100 });
    await uploads.listIssues('upl_1');
    await uploads.editRows('upl_1', { baseRevision: 1, operations: [{ kind: 'undo' }] });
    await uploads.getOperation('upl_1', 'opn_1');
    await uploads.cancelOperation('upl_1', 'opn_1');
    await uploads.plan('upl_1');
    await uploads.openFile('upl_1', 'fil_1');
    await uploads.openDownload('upl_1', { view: 'invalid', format: 'xlsx' });
    await uploads.correctRows('upl_1', { name: 'a r3.csv', bytes: 'Row,Title' });
    await uploads.finish('upl_1', { revision: 2 });
    await uploads.createReviewLink('upl_1', { days: 3 });
    await uploads.removeReviewLinks('upl_1');
    await uploads.importFiles({
      ...{ templateId: 'tpl_1', externalUserId: 'u', extra: { a: 1 } },
      files: [{ name: 'a.csv', bytes: 'a,b' }],
    });
    await uploads.cancel('upl_1');
    await runs.get('run_1');
    await runs.listIssues('run_1').page();
    await runs.openIssuesCsv('run_1');
    await runs.listDeliveries('run_1').page();
    await runs.cancel('run_1');
    await runs.release('run_1', { reason: 'fine', removals: 'send' });
    await runs.discard('run_1', { reason: 'broken' });
    await runs.resendRejected('run_1');
    await runs.replay('run_1');
    await deliveries.replay('dlv_1');
    await schedules.preview({ schedule });
    await project.get();
    await project.rotate({ what: 'webhook_secret', graceMinutes: 60 });
    await project.endGracePeriod('webhook_secret');
    expect(seen()).toEqual([
      'POST /templates',
      'GET /templates',
      'GET /templates/tpl_1',
      'PATCH /templates/tpl_1',
      'PATCH /templates/tpl_1?force=true',
      'DELETE /templates/tpl_1?force=true',
      'POST /templates/tpl_1/destination/test',
      'POST /sources/outline',
      'POST /sources/suggest-mapping',
      'POST /sources/preview',
      'POST /import-jobs',
      'GET /import-jobs/user/u%2F1?cursor=c&limit=5',
      'GET /import-jobs/job_1',
      'PATCH /import-jobs/job_1',
      'PUT /import-jobs/job_1/pause',
      'PUT /import-jobs/job_1/resume',
      'DELETE /import-jobs/job_1',
      'DELETE /import-jobs/user/u%2F1/job_1',
      'POST /import-jobs/job_1/run',
      'POST /import-jobs/job_1/reset',
      'GET /import-jobs/job_1/runs',
      'POST /uploads',
      'GET /uploads?status=needs_review&limit=5',
      'GET /uploads/upl_1',
      'POST /uploads/upl_1/files?name=T%C3%A4ler.csv',
      'GET /uploads/upl_1/head?encoding=windows-1252',
      'PUT /uploads/upl_1/header',
      'GET /uploads/upl_1/suggestions',
      'POST /uploads/upl_1/column-texts',
      'PUT /uploads/upl_1/mapping',
      'GET /uploads/upl_1/rows?view=invalid&offset=100',
      'GET /uploads/upl_1/issues',
      'PATCH /uploads/upl_1/rows',
      'GET /uploads/upl_1/operations/opn_1',
      'DELETE /uploads/upl_1/operations/opn_1',
      'GET /uploads/upl_1/plan',
      'GET /uploads/upl_1/files/fil_1/content',
      'GET /uploads/upl_1/download?view=invalid&format=xlsx',
      'POST /uploads/upl_1/corrections?name=a+r3.csv',
      'POST /uploads/upl_1/finish',
      'POST /uploads/upl_1/review-links',
      'DELETE /uploads/upl_1/review-links',
      'POST /imports',
      'POST /uploads/upl_1/cancel',
      'GET /runs/run_1',
      'GET /runs/run_1/issues',
      'GET /runs/run_1/issues',
      'GET /runs/run_1/deliveries',
      'POST /runs/run_1/cancel',
      'POST /runs/run_1/release',
      'POST /runs/run_1/discard',
      'POST /runs/run_1/resend-rejected',
      'POST /runs/run_1/replay',
      'POST /deliveries/dlv_1/replay',
      'POST /schedules/preview',
      'GET /project',
      'POST /project/rotations',
      'DELETE /project/rotations/webhook_secret',
    ]);
    expect(server.requests.every(({ headers }) => headers.accesskey === 'sk_test')).toBe(true);
  });

  it('sends JSON and resolves with JSON, or with undefined for 204', async () => {
    expect(await client().importJobs.run('job_1', { dryRun: true })).toEqual({ id: 'x' });
    expect(server.requests[0]).toMatchObject({
      json: { dryRun: true },
      headers: { 'content-type': 'application/json' },
    });
    server.answerWith({ status: 204 });
    expect(await client().importJobs.remove('job_1')).toBeUndefined();
    expect(server.requests[1]?.headers['content-type']).toBeUndefined();
  });

  it('throws the problem document', async () => {
    server.answerWith({ status: 404, body: PROBLEM });
    const error = await client()
      .importJobs.get('job_1')
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(InletApiError);
    expect(error).toMatchObject({
      message: 'There is no such import job - List them.',
      status: 404,
      code: 'job_not_found',
      problem: PROBLEM,
    });
    expect(server.requests).toHaveLength(1);
  });

  it('throws for responses of other servers and for redirects, without sending the key to their target', async () => {
    server.answerWith({ status: 403, body: '<html>' });
    await expect(client().runs.get('run_1')).rejects.toMatchObject({
      status: 403,
      code: null,
      problem: null,
    });
    server.answerWith({ status: 301, headers: { location: server.url } });
    await expect(client().runs.get('run_1')).rejects.toMatchObject({ status: 301 });
    expect(server.requests).toHaveLength(2);
  });

  describe('idempotency', () => {
    it('sends a new key with each POST, or the key of the caller, and none with other methods', async () => {
      const { importJobs } = client();
      await importJobs.reset('job_1');
      await importJobs.reset('job_1');
      await importJobs.reset('job_1', { idempotencyKey: 'once' });
      await importJobs.pause('job_1');
      const [first, second, third, fourth] = keys();
      expect(first).toMatch(/^[0-9a-f-]{36}$/);
      expect(second).toMatch(/^[0-9a-f-]{36}$/);
      expect(second).not.toBe(first);
      expect([third, fourth]).toEqual(['once', undefined]);
    });

    it('repeats a POST with the same key if the network fails, also in the middle of the response', async () => {
      const fresh = await startReceiver({
        script: (_, number) =>
          number === 1
            ? { fault: 'destroy' }
            : number === 2
              ? { body: '{"id":', fault: 'destroy_in_body' }
              : { body: { id: 'x' } },
      });
      const { importJobs } = client({ baseUrl: `http://127.0.0.1:${fresh.port}` });
      expect(await importJobs.reset('job_1')).toEqual({ id: 'x' });
      expect(fresh.requests).toHaveLength(3);
      expect(new Set(fresh.requests.map(({ headers }) => headers['idempotency-key'])).size).toBe(1);
      await fresh.close();
    });

    it('waits while the first attempt is still running', async () => {
      let refusals = 0;
      server.answerWith(() => {
        refusals += 1;
        const problem = { ...PROBLEM, status: 409, code: 'idempotency_in_progress' };
        return refusals < 3 ? { status: 409, body: problem } : { body: { id: 'x' } };
      });
      expect(await client().importJobs.reset('job_1')).toEqual({ id: 'x' });
      expect(new Set(keys()).size).toBe(1);
    });

    it('repeats a GET after a gateway error, up to the limit', async () => {
      server.answerWith({ status: 502, body: 'Bad Gateway' });
      await expect(client({ maxRetries: 2 }).runs.get('run_1')).rejects.toMatchObject({ status: 502 });
      expect(server.requests).toHaveLength(3);
    });

    it.each([400, 409, 429, 500])('does not repeat after %d', async (status) => {
      server.answerWith({ status, body: { ...PROBLEM, status } });
      await expect(client().importJobs.reset('job_1')).rejects.toMatchObject({ status });
      expect(server.requests).toHaveLength(1);
    });

    it('does not repeat a request that may have taken effect and would fail the second time', async () => {
      server.answerWith({ fault: 'destroy' });
      await expect(client().importJobs.pause('job_1')).rejects.toBeInstanceOf(InletConnectionError);
      expect(server.requests).toHaveLength(1);
    });
  });

  it('stops at the time limit and when its signal is aborted', async () => {
    server.answerWith({ fault: 'hang' });
    const hasty = client({ timeoutMs: 50, maxRetries: 1 });
    await expect(hasty.runs.get('run_1')).rejects.toBeInstanceOf(InletConnectionError);
    expect(server.requests).toHaveLength(2);
    const reason = new Error('enough');
    const stop = new AbortController();
    server.answerWith(() => {
      stop.abort(reason);
      return { fault: 'hang' };
    });
    await expect(client().runs.get('run_1', { signal: stop.signal })).rejects.toBe(reason);
  });

  it('throws for an invalid address at creation', () => {
    expect(() => client({ baseUrl: 'inlet.example.com' })).toThrow('Invalid URL');
  });

  it('reads all pages of a list, and requests no more pages than the loop needs', async () => {
    server.answerWith(({ path }) => {
      const cursor = new URL(path, 'http://x').searchParams.get('cursor') ?? '0';
      const next = Number(cursor) + 1;
      return { body: { items: [`${cursor}a`, `${cursor}b`], nextCursor: next < 3 ? String(next) : null } };
    });
    const items: unknown[] = [];
    for await (const item of client().runs.listIssues('run_1')) items.push(item);
    expect(items).toEqual(['0a', '0b', '1a', '1b', '2a', '2b']);
    expect(seen()).toEqual([
      'GET /runs/run_1/issues?limit=200',
      'GET /runs/run_1/issues?cursor=1&limit=200',
      'GET /runs/run_1/issues?cursor=2&limit=200',
    ]);
    server.clear();
    for await (const _ of client().runs.listIssues('run_1')) break;
    expect(seen()).toHaveLength(1);
    expect(await client().runs.listIssues('run_1').page()).toEqual({ items: ['0a', '0b'], nextCursor: '1' });
  });

  it('downloads issues as CSV', async () => {
    server.answerWith({ body: 'record,code\n1,required\n' });
    const chunks: Uint8Array[] = [];
    for await (const chunk of await client().runs.openIssuesCsv('run_1')) chunks.push(chunk);
    expect(Buffer.concat(chunks).toString()).toBe('record,code\n1,required\n');
    expect(server.requests[0]?.headers.accept).toBe('text/csv');
  });
});

describe('following a run', () => {
  let server: FeedServer;
  beforeAll(async () => {
    server = await startFeedServer();
  });
  afterAll(() => server.close());

  const event = (phase: string, finishedAt: string | null = null): string =>
    `event: run\ndata: ${JSON.stringify({ id: 'run_1', phase, finishedAt })}\n\n`;

  /** Each connection is answered by the next handler. */
  const follow = async (handlers: FeedHandler[], signal?: AbortSignal): Promise<string[]> => {
    server.route('/v1/runs/run_1/events', (request, response) => {
      const handler = handlers.shift();
      if (handler) return handler(request, response);
      response.writeHead(500).end();
    });
    const client = createInletClient({ baseUrl: server.origin, secretKey: 'sk', maxRetries: 0 });
    const phases: string[] = [];
    for await (const { phase } of client.runs.follow('run_1', { signal })) phases.push(phase);
    return phases;
  };
  const send =
    (...parts: string[]): FeedHandler =>
    (_, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.end(parts.join(''));
    };

  it('yields each state and ends when the run has finished', async () => {
    const whole = send(
      event('waiting'),
      ': still here\n\n',
      event('ingest'),
      event('done', '2026-01-05T09:00:00Z'),
    );
    expect(await follow([whole])).toEqual(['waiting', 'ingest', 'done']);
  });

  it('does not wait for the server to close the connection', async () => {
    const lingering: FeedHandler = (_, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(event('done', '2026-01-05T09:00:00Z'));
    };
    expect(await follow([lingering])).toEqual(['done']);
  });

  it('connects again if the stream ends early or breaks off', async () => {
    const breaking: FeedHandler = (_, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(event('guard'), () => response.destroy());
    };
    const last = send(event('done', '2026-01-05T09:00:00Z'));
    expect(await follow([send(event('ingest')), breaking, last])).toEqual(['ingest', 'guard', 'done']);
  });

  it('throws a problem that the server sends in the stream or instead of it', async () => {
    const problem = send(event('ingest'), `event: problem\ndata: ${JSON.stringify(PROBLEM)}\n\n`);
    await expect(follow([problem])).rejects.toMatchObject({ status: 404, code: 'job_not_found' });
    await expect(follow([])).rejects.toMatchObject({ status: 500 });
  });

  it('stops when its signal is aborted', async () => {
    const reason = new Error('enough');
    const stop = new AbortController();
    const stuck: FeedHandler = (_, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(event('ingest'), () => stop.abort(reason));
    };
    await expect(follow([stuck], stop.signal)).rejects.toBe(reason);
  });
});
