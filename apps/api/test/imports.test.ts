import { FAR_AWAY, waitFor } from '@inlet/testing';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type ImportBench, startImportBench } from './import-bench.js';

let bench: ImportBench;

beforeAll(async () => {
  bench = await startImportBench();
});
afterAll(() => bench.close());
beforeEach(() => {
  bench.receiver.answerWith({});
  bench.receiver.clear();
});

const three = [
  { guid: '1', title: 'One', description: 'First', price: '1.50' },
  { guid: '2', title: 'Two', price: '2' },
  { guid: '3', title: 'Three', description: 'Third', price: '3' },
];

test('each row has the values of its record, even if an element is missing', async () => {
  bench.setFeed(three);
  const run = await bench.runNow((await bench.makeJob()).id);
  expect(run).toMatchObject({ outcome: 'succeeded', phase: 'done', error: null });
  expect(run.counts).toMatchObject({
    records: 3,
    valid: 3,
    invalid: 0,
    created: 3,
    batches: 1,
    rowsAcknowledged: 3,
  });
  expect(bench.rows().map(({ values }) => values)).toEqual([
    { title: 'One', text: 'First', price: 1.5 },
    { title: 'Two', text: null, price: 2 },
    { title: 'Three', text: 'Third', price: 3 },
  ]);
});

test('a run sends its rows once, in numbered batches, then one closing event, all signed', async () => {
  bench.setFeed(Array.from({ length: 25 }, (_, index) => ({ guid: `${index}`, title: `Title ${index}` })));
  const job = await bench.makeJob({ extra: { tenant: 7 } });
  const run = await bench.runNow(job.id);
  const webhook = new Webhook(bench.project.webhookSecret);
  for (const { rawBody, headers } of bench.receiver.requests)
    webhook.verify(rawBody.toString(), headers as Record<string, string>);

  const events = bench.events();
  const batches = events.flatMap((event) => (event.type === 'import.records' ? [event] : []));
  expect(batches.map(({ data }) => [data.batch.of, data.rows.length]).sort()).toEqual([
    [3, 10],
    [3, 10],
    [3, 5],
  ]);
  expect(batches.map(({ data }) => data.batch.number).sort()).toEqual([1, 2, 3]);
  const titles = batches.flatMap(({ data }) => data.rows.map(({ values }) => values?.title));
  expect(new Set(titles).size).toBe(25);
  expect(titles).toHaveLength(25);

  const closing = events.filter(({ type }) => type === 'import.completed');
  expect(closing).toHaveLength(1);
  expect(closing[0]!.data).toMatchObject({
    jobId: job.id,
    runId: run.id,
    externalUserId: 'user-1',
    extra: { tenant: 7 },
    outcome: 'succeeded',
    counts: { rowsAcknowledged: 25 },
  });
  const ids = bench.receiver.requests.map(({ headers }) => headers['webhook-id']);
  expect(new Set(ids).size).toBe(4);
});

test('the next run sends only new and changed rows, and reports removed ones if asked to', async () => {
  bench.setFeed(three);
  const job = await bench.makeJob({
    changeDetection: { removed: true },
    guardRails: { maxRemovedPercent: 50 },
  });
  await bench.runNow(job.id);
  const keys = new Map(bench.rows().map(({ rowKey, values }) => [values?.title, rowKey]));
  bench.receiver.clear();

  bench.setFeed([
    { guid: '4', title: 'Four' },
    { guid: '3', title: 'Three, corrected', description: 'Third', price: '3' },
    { guid: '1', title: 'One', description: 'First', price: '1.50' },
  ]);
  const run = await bench.runNow(job.id);
  expect(run.counts).toMatchObject({ created: 1, updated: 1, unchanged: 1, removed: 1 });
  const changes = new Map(bench.rows().map((row) => [row.change, row]));
  expect(changes.size).toBe(3);
  expect(changes.get('created')?.values?.title).toBe('Four');
  expect(changes.get('updated')).toMatchObject({
    rowKey: keys.get('Three'),
    values: { title: 'Three, corrected' },
  });
  expect(changes.get('removed')).toEqual({
    rowKey: keys.get('Two'),
    change: 'removed',
    version: 2,
    record: null,
    values: null,
  });
  bench.receiver.clear();

  const again = await bench.runNow(job.id);
  expect(again).toMatchObject({ outcome: 'unchanged', counts: { unchanged: 3, batches: 0 } });
  expect(bench.receiver.requests).toHaveLength(0);
  expect((await bench.job(job.id)).knownItems).toBe(3);
});

test('the order of a feed does not matter, and an item that comes back does not count as new', async () => {
  bench.setFeed(three);
  const job = await bench.makeJob();
  await bench.runNow(job.id);
  bench.setFeed([three[2]!]);
  await bench.runNow(job.id);
  bench.receiver.clear();
  bench.setFeed([...three].reverse());
  expect(await bench.runNow(job.id)).toMatchObject({ outcome: 'unchanged', counts: { unchanged: 3 } });
  expect(bench.rows()).toEqual([]);
});

test('`new` sends changed items never, `all` sends everything each time', async () => {
  bench.setFeed(three);
  const onlyNew = await bench.makeJob({ changeDetection: { send: 'new' } });
  const all = await bench.makeJob({ changeDetection: { send: 'all' } });
  for (const { id } of [onlyNew, all]) await bench.runNow(id);
  bench.setFeed([{ ...three[0]!, title: 'Changed' }, three[1]!, { guid: '9', title: 'Nine' }]);
  bench.receiver.clear();
  await bench.runNow(onlyNew.id);
  expect(bench.rows().map(({ change, values }) => [change, values?.title])).toEqual([['created', 'Nine']]);
  bench.receiver.clear();
  await bench.runNow(all.id);
  expect(bench.rows().map(({ change }) => change)).toEqual(['updated', 'unchanged', 'created']);
});

test('a copy of an item in one file is sent once and reported', async () => {
  bench.setFeed([...three, three[0]!]);
  const run = await bench.runNow((await bench.makeJob()).id);
  expect(run).toMatchObject({ outcome: 'succeeded_with_issues', counts: { created: 3, duplicates: 1 } });
  expect(bench.rows()).toHaveLength(3);
  expect(await bench.issues(run.id)).toEqual([
    expect.objectContaining({ code: 'duplicate_identity', record: 4, severity: 'warning' }),
  ]);
});

test('invalid rows are withheld with their reasons, and sent as new once they are valid', async () => {
  bench.setFeed([three[0]!, { guid: '2', price: 'about ten' }, three[2]!]);
  const job = await bench.makeJob();
  const run = await bench.runNow(job.id);
  expect(run).toMatchObject({
    outcome: 'succeeded_with_issues',
    counts: { valid: 2, invalid: 1, issues: 2 },
  });
  expect(bench.rows().map(({ values }) => values?.title)).toEqual(['One', 'Three']);
  const issues = await bench.issues(run.id);
  expect(issues.map(({ record, columnKey, code }) => [record, columnKey, code])).toEqual([
    [2, 'title', 'required'],
    [2, 'price', 'not_a_number'],
  ]);
  bench.receiver.clear();
  bench.setFeed(three);
  await bench.runNow(job.id);
  expect(bench.rows().map(({ change, values }) => [change, values?.title])).toEqual([['created', 'Two']]);
});

test('an unchanged feed is requested with its ETag and costs one 304', async () => {
  bench.setFeed(three, { etag: '"v1"' });
  const job = await bench.makeJob();
  await bench.runNow(job.id);
  const before = bench.site.requests.length;
  expect(await bench.runNow(job.id)).toMatchObject({
    outcome: 'unchanged',
    counts: { bytes: 0, records: 0 },
  });
  expect(bench.site.requests.slice(before).map(({ headers }) => headers['if-none-match'])).toEqual(['"v1"']);
});

test('a changed mapping reads an unchanged feed again', async () => {
  bench.setFeed(three, { etag: '"v1"' });
  const job = await bench.makeJob();
  await bench.runNow(job.id);
  bench.receiver.clear();
  const mapping = [
    { column: 'title', path: 'title', transforms: [{ kind: 'case', to: 'upper' }] },
    { column: 'price', path: 'price' },
  ];
  await bench.call('PATCH', `/v1/import-jobs/${job.id}`, { body: { mapping } });
  expect(await bench.runNow(job.id)).toMatchObject({ outcome: 'succeeded', counts: { updated: 3 } });
  expect(bench.rows().map(({ values }) => values?.title)).toEqual(['ONE', 'TWO', 'THREE']);
});

test('a dry run reports what would be sent, sends nothing and changes nothing', async () => {
  bench.setFeed(three);
  const job = await bench.makeJob();
  const dry = await bench.runNow(job.id, { dryRun: true });
  expect(dry).toMatchObject({ isDryRun: true, outcome: 'succeeded', counts: { created: 3, batches: 1 } });
  expect(dry.sample?.[1]).toMatchObject({
    change: 'created',
    values: { title: 'Two', text: null, price: 2 },
  });
  expect(bench.receiver.requests).toHaveLength(0);
  expect(await bench.job(job.id)).toMatchObject({ knownItems: 0, lastRun: null });
  expect(await bench.runNow(job.id)).toMatchObject({ counts: { created: 3, rowsAcknowledged: 3 } });
});

test('reset forgets all items, so that the next run sends everything under the same row keys', async () => {
  bench.setFeed(three, { etag: '"v1"' });
  const job = await bench.makeJob();
  await bench.runNow(job.id);
  const keys = bench.rows().map(({ rowKey }) => rowKey);
  bench.receiver.clear();
  expect((await bench.call('POST', `/v1/import-jobs/${job.id}/reset`)).status).toBe(200);
  expect(await bench.runNow(job.id)).toMatchObject({ outcome: 'succeeded', counts: { created: 3 } });
  expect(bench.rows().map(({ rowKey }) => rowKey)).toEqual(keys);
});

test('identity columns decide what is the same row, whatever the feed says', async () => {
  const template = await bench.makeTemplate({ identity: ['title'] });
  bench.setFeed([{ guid: 'a', title: 'Same', price: '1' }]);
  const job = await bench.makeJob({ templateId: template.id });
  await bench.runNow(job.id);
  bench.setFeed([{ guid: 'b', title: 'Same', price: '2' }]);
  expect(await bench.runNow(job.id)).toMatchObject({ counts: { created: 0, updated: 1 } });
});

test('two users who import the same feed do not affect each other', async () => {
  bench.setFeed(three);
  const first = await bench.makeJob({ externalUserId: 'ann' });
  const second = await bench.makeJob({ externalUserId: 'ben' });
  await bench.runNow(first.id);
  expect(await bench.runNow(second.id)).toMatchObject({ externalUserId: 'ben', counts: { created: 3 } });
  const list = await bench.call('GET', '/v1/import-jobs/user/ben');
  expect(list.json.items.map(({ id }: { id: string }) => id)).toEqual([second.id]);
  expect(list.json.items[0]).toMatchObject({
    lastRun: { outcome: 'succeeded' },
    scheduleText: expect.any(String),
  });
});

test('a scheduled run starts once at its time, and the next time is set', async () => {
  bench.setFeed(three);
  const job = await bench.makeJob({
    schedule: { kind: 'hours', every: 1, minute: 0, timeZone: 'Europe/Berlin' },
  });
  await bench.tickNow(job.id);
  const ran = await waitFor(
    () => bench.job(job.id),
    ({ lastRun }) => lastRun !== null,
  );
  expect(await bench.run(ran.lastRun!.runId)).toMatchObject({ trigger: 'schedule', outcome: 'succeeded' });
  const next = new Date(ran.nextRunAt!);
  expect(next.getTime()).toBeGreaterThan(Date.now());
  expect(next.getUTCMinutes()).toBe(0);
  const runs = await bench.call('GET', `/v1/import-jobs/${job.id}/runs`);
  expect(runs.json.items).toHaveLength(1);
});

test('a requested run does not move the schedule', async () => {
  bench.setFeed(three);
  const job = await bench.makeJob({ schedule: { kind: 'days', time: '09:00', timeZone: 'Asia/Tokyo' } });
  await bench.runNow(job.id);
  expect((await bench.job(job.id)).nextRunAt).toBe(job.nextRunAt);
});

test('a paused job keeps its schedule without running, and continues from now when it is resumed', async () => {
  bench.setFeed(three);
  const job = await bench.makeJob();
  expect((await bench.call('PUT', `/v1/import-jobs/${job.id}/pause`)).json.status).toBe('paused');
  await bench.tickNow(job.id);
  await new Promise((resolve) => setTimeout(resolve, 400));
  expect(await bench.job(job.id)).toMatchObject({ status: 'paused', nextRunAt: null, lastRun: null });
  const resumed = await bench.call('PUT', `/v1/import-jobs/${job.id}/resume`);
  expect(resumed.json).toMatchObject({ status: 'active', nextRunAt: job.nextRunAt, schedule: FAR_AWAY });
});

test('a job whose schedule is over has ended, and can be given a longer schedule', async () => {
  bench.setFeed(three);
  const endsAt = new Date(Date.now() + 1500).toISOString();
  const job = await bench.makeJob({
    schedule: { kind: 'minutes', every: 1, endsAt: new Date(Date.now() + 120_000).toISOString() },
  });
  await bench.inlet.context.store.jobs.change(
    { projectId: bench.project.projectId, jobId: job.id },
    { changes: { schedule: { kind: 'minutes', every: 1, timeZone: 'UTC', endsAt } }, now: new Date() },
  );
  await bench.tickNow(job.id);
  const ended = await waitFor(
    () => bench.job(job.id),
    ({ status, lastRun }) => status === 'ended' && lastRun !== null,
  );
  expect(ended.nextRunAt).toBeNull();
  const changed = await bench.call('PATCH', `/v1/import-jobs/${job.id}`, { body: { schedule: FAR_AWAY } });
  expect(changed.json).toMatchObject({ status: 'active', nextRunAt: expect.any(String) });
});

test('a deleted job is removed with its runs, and only for the user that owns it', async () => {
  bench.setFeed(three);
  const job = await bench.makeJob({ externalUserId: 'ann' });
  const run = await bench.runNow(job.id);
  expect((await bench.call('DELETE', `/v1/import-jobs/user/ben/${job.id}`)).status).toBe(404);
  expect((await bench.call('DELETE', `/v1/import-jobs/user/ann/${job.id}`)).status).toBe(204);
  expect((await bench.call('GET', `/v1/import-jobs/${job.id}`)).status).toBe(404);
  expect((await bench.call('GET', `/v1/runs/${run.id}`)).status).toBe(404);
});

test('a row that exceeds the batch size is sent alone', async () => {
  const template = await bench.makeTemplate({
    destination: { url: bench.receiver.url, maxBatchBytes: 16_384 },
  });
  bench.setFeed([three[0]!, { guid: '2', title: 'Large', description: 'x'.repeat(20_000) }, three[2]!]);
  const run = await bench.runNow((await bench.makeJob({ templateId: template.id })).id);
  expect(run).toMatchObject({ outcome: 'succeeded', counts: { valid: 3, batches: 3, rowsAcknowledged: 3 } });
});
