import { updateProject } from '@inlet/workflow';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type ImportBench, startImportBench } from './import-bench.js';
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

describe('a dry run of a changed job', () => {
  it.each([
    ['a real run', { changes: { mapping: SHORT } }, 'invalid_request', 'changes'],
    ['another schedule', { dryRun: true, changes: { schedule: {} } }, 'invalid_request', 'changes.schedule'],
    ['another label', { dryRun: true, changes: { label: 'x' } }, 'invalid_request', 'changes.label'],
    [
      'an unknown column',
      { dryRun: true, changes: { mapping: [{ column: 'nope', path: 'x' }] } },
      'mapping_column_unknown',
      'mapping.0.column',
    ],
    [
      'an invalid address',
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
