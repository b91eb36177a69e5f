import type { Identity, WebhookEvent } from '@inlet/contracts';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { changeJob, createWorkHandlers, discardHeldRun, releaseHeldRun } from '../src/index.js';
import { type EngineBench, startEngineBench } from './engine-bench.js';

let bench: EngineBench;

beforeAll(async () => {
  bench = await startEngineBench();
});
afterAll(() => bench.close());
beforeEach(() => {
  bench.receiver.clear();
  bench.receiver.answerWith({});
});

interface Item {
  readonly id: string;
  readonly title: string;
  readonly text: string;
}

const THREE = ['One', 'Two', 'Three'].map((title, index) => ({
  id: `${index}`,
  title,
  text: `Text of ${title}`,
}));
const renamed = (items: readonly Item[], session: number): Item[] =>
  items.map((item) => ({ ...item, id: `${session}-${item.id}` }));

function setItems(items: readonly Item[]): void {
  const body = items
    .map(
      ({ id, title, text }) =>
        `<item><guid>${id}</guid><title>${title}</title><description>${text}</description></item>`,
    )
    .join('');
  bench.site.route('/feed.xml', { body: `<rss version="2.0"><channel>${body}</channel></rss>` });
}

const eventTypes = () => bench.events().map(({ type }: WebhookEvent) => type);
const work = () => bench.queue.runDue(createWorkHandlers(bench.context), bench.context.now);

/** A job that knows `items`, and its run that is held because all of them have new ids. */
async function churnedRun(items: readonly Item[] = THREE, changes: object = {}) {
  setItems(items);
  const job = await bench.makeJob(changes);
  await bench.runNow(job.id);
  const sent = bench.rows();
  setItems(renamed(items, 2));
  const run = await bench.runNow(job.id);
  expect(run).toMatchObject({ outcome: 'held', held: { rule: 'churn' } });
  bench.receiver.clear();
  return { job, run, sent };
}

const release = (runId: string, identifyBy?: Identity, removals: 'send' | 'skip' = 'send') =>
  releaseHeldRun(bench.context, bench.caller, { runId, reason: 'Ids rotate.', removals, identifyBy });

async function repair(runId: string, identifyBy: Identity, removals?: 'send' | 'skip') {
  await release(runId, identifyBy, removals);
  await work();
  return { run: await bench.run(runId), rows: bench.rows() };
}

describe('a run that is held because only the ids have changed', () => {
  const same = (items: readonly Item[], changes: Partial<Item>) =>
    items.map((item, index) => ({ ...item, ...(index === 1 && changes) }));
  test.each<[string, Item[], Identity | null]>([
    ['the first text that never repeats', THREE, { by: 'columns', columns: ['title'] }],
    ['the next one if it does', same(THREE, { title: 'One' }), { by: 'columns', columns: ['text'] }],
    [
      'the content if one repeats and the other is missing',
      same(THREE, { title: 'One', text: '' }),
      { by: 'content' },
    ],
    [
      'the content if every text repeats',
      [
        ...THREE,
        { id: '9', title: 'One', text: 'Text of Two' },
        { id: '10', title: 'Two', text: 'Text of One' },
      ],
      { by: 'content' },
    ],
    ['nothing if two items are the same', [...THREE, { ...THREE[0]!, id: '9' }], null],
  ])('offers to identify items by %s', async (_, items, identifyBy) => {
    const { run } = await churnedRun(items);
    expect(run.held?.repair).toEqual(identifyBy && { identifyBy });
  });

  test('offers no column that comes from an id, or whose changes are ignored', async () => {
    const template = await bench.makeTemplate({
      columns: ['guid', 'title', 'text', 'kind'].map((key) => ({ key, name: key })),
    });
    const { run } = await churnedRun(THREE, {
      templateId: template.id,
      mapping: [
        { column: 'guid', path: 'guid' },
        { column: 'title', path: 'title' },
        { column: 'text', path: 'description' },
        { column: 'kind', value: 'news' },
      ],
      changeDetection: { ignoreColumns: ['title'] },
    });
    expect(run.held?.repair).toEqual({ identifyBy: { by: 'columns', columns: ['text'] } });
  });
});

describe('a release with the offered identity', () => {
  test('sends only the pairs of row keys, and goes on with them', async () => {
    const { job, run: held, sent } = await churnedRun();
    const { identifyBy } = held.held!.repair!;
    expect(await release(held.id, identifyBy)).toMatchObject({
      outcome: 'running',
      phase: 'waiting',
      decision: { action: 'release', identifyBy },
    });
    await work();
    const rows = bench.rows();
    expect(rows).toMatchObject(
      sent.map(({ rowKey }) => ({ change: 'rekeyed', previousRowKey: rowKey, values: null, record: null })),
    );
    expect(await bench.run(held.id)).toMatchObject({
      outcome: 'succeeded',
      error: null,
      held: { rule: 'churn' },
      counts: { rekeyed: 3, created: 0, updated: 0, removed: 0, rowsAcknowledged: 3 },
    });
    expect(eventTypes().sort()).toEqual(['import.completed', 'import.records', 'import.released']);
    expect(await bench.job(job.id)).toMatchObject({ identity: identifyBy, heldRunId: null, knownItems: 3 });

    setItems(renamed(THREE, 3).map((item, index) => (index === 0 ? { ...item, text: 'New' } : item)));
    bench.receiver.clear();
    expect(await bench.runNow(job.id)).toMatchObject({ counts: { updated: 1, unchanged: 2, created: 0 } });
    expect(bench.rows()).toMatchObject([{ change: 'updated', rowKey: rows[0]?.rowKey }]);
  });

  test('reads the source as it is then: new items are created, missing ones removed unless they are skipped', async () => {
    const items = Array.from({ length: 8 }, (_, n) => ({ id: `${n}`, title: `T${n}`, text: 'same' }));
    const later = [...renamed(items.slice(0, 7), 5), { id: '5-x', title: 'New', text: 'same' }];
    for (const removals of ['send', 'skip'] as const) {
      const { job, run: held } = await churnedRun(items, { changeDetection: { removed: true } });
      setItems(later);
      const { run, rows } = await repair(held.id, { by: 'columns', columns: ['title'] }, removals);
      const removed = removals === 'send' ? 1 : 0;
      expect(run).toMatchObject({ outcome: 'succeeded', counts: { rekeyed: 7, created: 1, removed } });
      expect(rows.filter(({ change }) => change === 'removed')).toHaveLength(removed);
      expect(await bench.job(job.id)).toMatchObject({ knownItems: removals === 'send' ? 8 : 9 });
      if (removals === 'skip') expect(await bench.runNow(job.id)).toMatchObject({ counts: { removed: 1 } });
    }
  });

  test('is held again if the source is broken then, and waits for another decision', async () => {
    const { job, run: held } = await churnedRun();
    setItems([]);
    const { run, rows } = await repair(held.id, { by: 'content' });
    expect(rows).toEqual([]);
    expect(run).toMatchObject({ outcome: 'held', held: { rule: 'empty', repair: null }, decision: null });
    expect(await bench.job(job.id)).toMatchObject({ heldRunId: held.id, knownItems: 3, failuresInARow: 0 });
    expect(eventTypes().sort()).toEqual(['import.held', 'import.released']);
    await discardHeldRun(bench.context, bench.caller, { runId: held.id, reason: 'Broken.' });
    await work();
    expect(await bench.run(held.id)).toMatchObject({ outcome: 'cancelled' });
    setItems(renamed(THREE, 4));
    expect(await bench.runNow(job.id)).toMatchObject({ counts: { rekeyed: 3, created: 0 } });
  });

  test('fails like any other run if the source cannot be read then; the next run gives the new keys', async () => {
    const { job, run: held } = await churnedRun();
    bench.site.route('/feed.xml', { status: 404, body: 'gone' });
    const { run, rows } = await repair(held.id, { by: 'content' });
    expect(rows).toEqual([]);
    expect(run).toMatchObject({ outcome: 'failed', counts: { records: 0 } });
    expect(await bench.job(job.id)).toMatchObject({
      heldRunId: null,
      knownItems: 3,
      identity: { by: 'content' },
    });
    setItems(renamed(THREE, 4));
    expect(await bench.runNow(job.id)).toMatchObject({ outcome: 'succeeded', counts: { rekeyed: 3 } });
  });
});

describe('new row keys that the receiver refused', () => {
  const pairs = (rows: ReturnType<typeof bench.rows>) =>
    rows
      .filter(({ change }) => change === 'rekeyed')
      .map(({ rowKey, previousRowKey }) => [previousRowKey, rowKey]);

  test('are sent again by the next run, also if that is refused as well, with the values of the rows', async () => {
    const { job, run: held, sent } = await churnedRun();
    bench.receiver.answerWith(({ json }) =>
      (json as WebhookEvent).type === 'import.records' ? { status: 400 } : {},
    );
    const { run, rows } = await repair(held.id, { by: 'columns', columns: ['title'] });
    expect(run).toMatchObject({ outcome: 'failed', counts: { rekeyed: 3 } });
    expect(pairs(rows).map(([before]) => before)).toEqual(sent.map(({ rowKey }) => rowKey));
    expect(await bench.runNow(job.id)).toMatchObject({
      outcome: 'failed',
      counts: { rekeyed: 3, updated: 3 },
    });

    bench.receiver.clear();
    bench.receiver.answerWith({});
    expect(await bench.runNow(job.id)).toMatchObject({
      outcome: 'succeeded',
      counts: { rekeyed: 3, updated: 3, created: 0, removed: 0 },
    });
    expect(pairs(bench.rows())).toEqual(pairs(rows));
    expect(bench.rows().map(({ change }) => change)).toEqual(Array(3).fill(['rekeyed', 'updated']).flat());
    expect(await bench.job(job.id)).toMatchObject({ knownItems: 3 });
    expect(await bench.runNow(job.id)).toMatchObject({ outcome: 'unchanged' });
  });

  test('are those of the refused batches only', async () => {
    const { id: templateId } = await bench.makeTemplate({
      destination: { url: bench.receiver.url, rowsPerBatch: 1 },
    });
    const { job, run: held, sent } = await churnedRun(THREE, { templateId });
    bench.receiver.answerWith(({ json }) => {
      const event = json as WebhookEvent;
      const isSecond =
        event.type === 'import.records' && event.data.rows[0]?.previousRowKey === sent[1]?.rowKey;
      return isSecond ? { status: 400 } : {};
    });
    const { run } = await repair(held.id, { by: 'content' });
    expect(run).toMatchObject({ outcome: 'failed', counts: { batchesFailed: 1, rekeyed: 3 } });
    bench.receiver.clear();
    bench.receiver.answerWith({});
    expect(await bench.runNow(job.id)).toMatchObject({ counts: { rekeyed: 1, updated: 1, unchanged: 2 } });
    expect(pairs(bench.rows()).map(([before]) => before)).toEqual([sent[1]?.rowKey]);
  });
});

describe('a release with an identity is refused', () => {
  test('for columns that the template does not have', async () => {
    const { run } = await churnedRun();
    await expect(release(run.id, { by: 'columns', columns: ['title', 'nothing'] })).rejects.toMatchObject({
      code: 'invalid_request',
      errors: [{ path: 'identifyBy.columns.1' }],
    });
  });

  test('for the identity that the job has', async () => {
    const { job, run } = await churnedRun();
    await expect(release(run.id, { by: 'feed' })).rejects.toMatchObject({
      code: 'invalid_request',
      errors: [{ path: 'identifyBy', message: 'Items are identified in this way already' }],
    });
    expect(await bench.job(job.id)).toMatchObject({ heldRunId: run.id, identity: { by: 'template' } });
  });

  test('for a run that another guard rail holds', async () => {
    setItems(THREE);
    const { id: jobId } = await bench.makeJob();
    await bench.runNow(jobId);
    setItems([]);
    const { id } = await bench.runNow(jobId);
    await expect(release(id, { by: 'content' })).rejects.toMatchObject({
      code: 'invalid_request',
      errors: [{ path: 'identifyBy' }],
    });
  });
});

test('a release without an identity sends all items as new ones', async () => {
  const { job, run } = await churnedRun();
  await release(run.id);
  await work();
  expect(bench.rows().map(({ change }) => change)).toEqual(['created', 'created', 'created']);
  await changeJob(bench.context, bench.caller, { jobId: job.id, patch: { identity: { by: 'content' } } });
  expect(await bench.runNow(job.id)).toMatchObject({ counts: { rekeyed: 3 } });
});
