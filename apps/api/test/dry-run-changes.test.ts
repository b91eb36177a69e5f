import { isFinished } from '@inlet/contracts';
import { updateProject } from '@inlet/workflow';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type ImportBench, startImportBench, waitFor } from './import-bench.js';
import { ORIGIN, openWidget } from './widget-client.js';

let bench: ImportBench;
beforeAll(async () => {
  bench = await startImportBench();
  const { projectId } = bench.project;
  await updateProject(bench.inlet.context, { projectId }, { addOrigins: [ORIGIN] });
});
afterAll(() => bench.close());
beforeEach(() => {
  bench.receiver.clear();
  bench.receiver.answerWith({});
});

const ITEMS = [
  { guid: 'a', title: 'Apple', description: 'Red', price: '1' },
  { guid: 'b', title: 'Beet', description: 'Dark', price: '2' },
  { guid: 'c', title: 'Corn', description: 'Yellow', price: '3' },
];
const SHORT = [
  { column: 'title', path: 'title' },
  { column: 'price', path: 'price' },
];

/** A job that has run once over the items. */
async function ranOnce(changes: object = {}) {
  bench.setFeed(ITEMS);
  const { id } = await bench.makeJob(changes);
  expect((await bench.runNow(id)).counts).toMatchObject({ created: 3 });
  bench.receiver.clear();
  return id;
}
const storedJob = (jobId: string) => bench.inlet.context.store.jobs.get(bench.project.projectId, jobId);

describe('a dry run of a changed job', () => {
  it('compares what the changed mapping gives with what is known of the items', async () => {
    const jobId = await ranOnce();
    bench.setFeed([
      ...ITEMS.slice(0, 2),
      { guid: 'd', title: 'Dill', price: '4' },
      { guid: 'e', price: 'much' },
    ]);
    const asItIs = await bench.runNow(jobId, { dryRun: true });
    expect(asItIs.counts).toMatchObject({ created: 1, updated: 0, unchanged: 2, invalid: 1 });
    const changed = await bench.runNow(jobId, { dryRun: true, changes: { mapping: SHORT } });
    expect(changed).toMatchObject({ isDryRun: true, error: null });
    expect(changed.counts).toMatchObject({ created: 1, updated: 2, unchanged: 0, invalid: 1 });
    expect(changed.sample).toMatchObject([
      { change: 'updated', values: { title: 'Apple', text: null, price: 1 } },
      { change: 'updated', values: { title: 'Beet', text: null, price: 2 } },
      { change: 'created', values: { title: 'Dill', text: null, price: 4 } },
    ]);
  });

  it('reads another source and other records, by rules of its own, with the stored password for the same site', async () => {
    const seen: unknown[] = [];
    const guarded = (path: string, body: string) =>
      bench.site.route(path, (request, response) => {
        seen.push(request.headers.authorization);
        response.end(body);
      });
    const url = guarded('/guarded.xml', '<rss><channel><item><title>One</title></item></channel></rss>');
    const other = guarded(
      '/other.json',
      JSON.stringify({ list: [{ title: 'x', price: 'y' }, { title: 'z' }] }),
    );
    const source = { kind: 'url', url, basicAuth: { username: 'reader', password: 'secret' } };
    const mapping = [{ column: 'title', path: 'title' }];
    const { id } = await bench.makeJob({ source, mapping });
    const changes = { source: { kind: 'url', url: other }, recordPath: '/list', mapping: SHORT };
    const run = await bench.runNow(id, { dryRun: true, changes });
    expect(run.counts).toMatchObject({ created: 1, invalid: 1 });
    expect(seen).toEqual([`Basic ${Buffer.from('reader:secret').toString('base64')}`]);
    const guardRails = { maxInvalidPercent: 10 };
    const held = await bench.runNow(id, { dryRun: true, changes: { ...changes, guardRails } });
    expect(held).toMatchObject({ outcome: 'failed', error: { code: 'run_held_invalid' } });
  });

  it('changes, sends and keeps nothing, and leaves a run in progress alone', async () => {
    const jobId = await ranOnce();
    const before = await storedJob(jobId);
    const changes = {
      mapping: SHORT,
      changeDetection: { send: 'all' },
      source: { kind: 'url', url: bench.site.url('/feed.xml'), headers: { 'x-key': 'PROPOSED-SECRET' } },
    };
    const dry = await bench.runNow(jobId, { dryRun: true, changes });
    expect(dry.sample).toHaveLength(3);
    expect(await storedJob(jobId)).toEqual(before);
    expect(bench.receiver.requests).toEqual([]);
    const { store } = bench.inlet.context;
    expect((await store.runs.get(bench.project.projectId, dry.id))?.proposal).toBeNull();
    expect(JSON.stringify(dry)).not.toContain('SECRET');

    bench.receiver.answerWith({ status: 503 });
    bench.setFeed([{ guid: 'n', title: 'New', description: 'New', price: '5' }]);
    const { json: real } = await bench.call('POST', `/v1/import-jobs/${jobId}/run`, { body: {} });
    await waitFor(
      () => bench.run(real.id),
      ({ phase }) => phase === 'deliver',
    );
    const beside = await bench.runNow(jobId, { dryRun: true, changes: { mapping: SHORT } });
    expect(beside.outcome).toBe('succeeded');
    expect(isFinished((await bench.run(real.id)).outcome)).toBe(false);
    expect((await bench.job(jobId)).activeRunId).toBe(real.id);
    bench.receiver.answerWith({});
    await bench.call('POST', `/v1/runs/${real.id}/cancel`, { body: {} });
    await bench.finished(real.id);
  });

  it('can be cancelled, which leaves the job as it was', async () => {
    const jobId = await ranOnce();
    const before = await storedJob(jobId);
    const url = bench.site.route('/hang.xml', { hang: true });
    const { json: run } = await bench.call('POST', `/v1/import-jobs/${jobId}/run`, {
      body: { dryRun: true, changes: { source: { kind: 'url', url } } },
    });
    await bench.call('POST', `/v1/runs/${run.id}/cancel`, { body: {} });
    expect((await bench.finished(run.id)).outcome).toBe('cancelled');
    expect(await storedJob(jobId)).toEqual(before);
  });

  it.each([
    ['a real run', { changes: { mapping: SHORT } }, 'invalid_request', 'changes'],
    ['another schedule', { dryRun: true, changes: { schedule: {} } }, 'invalid_request', 'changes.schedule'],
    ['another label', { dryRun: true, changes: { label: 'x' } }, 'invalid_request', 'changes.label'],
    [
      'a column that there is not',
      { dryRun: true, changes: { mapping: [{ column: 'nope', path: 'x' }] } },
      'mapping_column_unknown',
      'mapping.0.column',
    ],
    [
      'an address that is none',
      { dryRun: true, changes: { source: { kind: 'url', url: 'javascript:alert(1)' } } },
      'invalid_request',
      'changes.source.url',
    ],
  ])('refuses %s, and leaves no run behind', async (_, body, code, path) => {
    const { id } = await bench.makeJob();
    const { json } = await bench.call('POST', `/v1/import-jobs/${id}/run`, { body });
    expect([json.code, json.errors[0].path]).toEqual([code, path]);
    const { json: runs } = await bench.call('GET', `/v1/import-jobs/${id}/runs`);
    expect(runs.items).toEqual([]);
  });
});

describe('a dry run of a changed job in the widget', () => {
  it("is for the user's own jobs only, and with the columns of the session", async () => {
    bench.setFeed(ITEMS);
    const template = await bench.makeTemplate();
    const { id } = await bench.makeJob({ templateId: template.id, externalUserId: 'ada' });
    await bench.runNow(id);
    const { project } = bench;
    const open = (user: string, of = template.code, claims: object = {}) =>
      openWidget(bench, { project, template: of, user, claims });
    const path = `/jobs/${id}/run`;
    const body = { dryRun: true, changes: { mapping: SHORT } };
    const ada = await open('ada');
    const { json: run, status } = await ada.call('POST', path, body);
    expect(status).toBe(202);
    expect((await bench.finished(run.id)).counts).toMatchObject({ updated: 3 });

    const eve = await open('eve');
    expect((await eve.call('POST', path, body)).json.code).toBe('job_not_found');
    const elsewhere = await open('ada', (await bench.makeTemplate()).code);
    expect((await elsewhere.call('POST', path, body)).json.code).toBe('job_not_found');
    expect((await bench.call('GET', `/v1/import-jobs/${id}/runs`)).json.items).toHaveLength(2);

    const own = await open('ada', template.code, { schema: [{ key: 'name', name: 'Name' }] });
    const mapping = [{ column: 'name', path: 'title' }];
    const { json: renamed } = await own.call('POST', path, { dryRun: true, changes: { mapping } });
    expect((await bench.finished(renamed.id)).sample).toMatchObject([
      { values: { name: 'Apple' } },
      { values: { name: 'Beet' } },
      { values: { name: 'Corn' } },
    ]);
    expect((await bench.job(id)).columns).toBeNull();
  });
});
