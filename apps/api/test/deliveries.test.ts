import { waitFor } from '@inlet/testing';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type ImportBench, startImportBench } from './import-bench.js';

let bench: ImportBench;

beforeAll(async () => {
  bench = await startImportBench({ INLET_DELIVERY_TIMEOUT_SECONDS: '3' });
});
afterAll(() => bench.close());
beforeEach(() => {
  bench.receiver.answerWith({});
  bench.receiver.clear();
});

const items = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ guid: `${index}`, title: `T${index}` }));
const idsOf = () => bench.receiver.requests.map(({ headers }) => headers['webhook-id']);
const onlyRows = async (runId: string) =>
  (await bench.deliveries(runId)).filter(({ type }) => type === 'import.records');

test('a receiver that is down for a moment gets the same batch again, under the same id, and the run waits for it', async () => {
  bench.setFeed(items(3));
  bench.receiver.answerWith((_request, number) => ({ status: number === 1 ? 503 : 200 }));
  const job = await bench.makeJob();
  const { json } = await bench.call('POST', `/v1/import-jobs/${job.id}/run`, { body: {} });
  const waiting = await waitFor(
    () => onlyRows(json.id),
    ([first]) => first?.attemptCount === 1,
  );
  expect(waiting[0]).toMatchObject({ status: 'pending', nextAttemptAt: expect.any(String) });
  // The phase is stored with the end of the lease, shortly after the attempt.
  await expect.poll(() => bench.run(json.id)).toMatchObject({ outcome: 'running', phase: 'deliver' });
  const run = await bench.finished(json.id);
  expect(run).toMatchObject({ outcome: 'succeeded', counts: { rowsAcknowledged: 3, batchesFailed: 0 } });
  const [first, second] = bench.receiver.requests;
  expect(second!.headers['webhook-id']).toBe(first!.headers['webhook-id']);
  expect(second!.rawBody.equals(first!.rawBody)).toBe(true);
  expect(second!.headers['webhook-timestamp']).not.toBe(first!.headers['webhook-timestamp']);
});

test('a rejected batch is not sent again; the run fails, and its rows are sent with the next run', async () => {
  bench.setFeed(items(25), { etag: '"same"' });
  bench.receiver.answerWith(({ json }) => {
    const { data } = json as { data: { batch?: { number: number } } };
    return data.batch?.number === 2 ? { status: 422, body: 'no such category' } : {};
  });
  const job = await bench.makeJob();
  const run = await bench.runNow(job.id);
  expect(run).toMatchObject({
    outcome: 'failed',
    error: { code: 'delivery_rejected' },
    counts: { batches: 3, batchesAcknowledged: 2, batchesFailed: 1, rowsAcknowledged: 15 },
  });
  const failed = (await onlyRows(run.id)).filter(({ status }) => status === 'failed');
  expect(failed).toHaveLength(1);
  expect(failed[0]).toMatchObject({ attemptCount: 1, number: 2, nextAttemptAt: null });
  expect(failed[0]!.attempts[0]).toMatchObject({ status: 422, answer: 'no such category' });
  expect(bench.events().at(-1)).toMatchObject({
    type: 'import.failed',
    data: { error: { code: 'delivery_rejected' } },
  });

  const missing = new Set(items(25).map(({ title }) => title));
  for (const { data } of bench.events().filter((event) => event.type === 'import.records'))
    if ('batch' in data && data.batch.number !== 2)
      for (const { values } of data.rows) missing.delete(String(values?.title));
  bench.receiver.answerWith({});
  bench.receiver.clear();
  expect(await bench.runNow(job.id)).toMatchObject({
    outcome: 'succeeded',
    counts: { created: 10, unchanged: 15 },
  });
  expect(new Set(bench.rows().map(({ values }) => values?.title))).toEqual(missing);
});

test('rows that the receiver rejects one by one are reported with its messages, and the rest counts as acknowledged', async () => {
  bench.setFeed(items(3));
  bench.receiver.answerWith(({ json }) => {
    const { data } = json as { data: { rows?: { rowKey: string }[] } };
    const rowKey = data.rows?.[1]?.rowKey;
    if (!rowKey) return {};
    const errors = [{ columnKey: 'title', message: 'is on our black list' }, 'and too short'];
    return {
      body: {
        results: [
          { rowKey, status: 'rejected', errors },
          { rowKey: 'unknown', status: 'rejected' },
        ],
      },
    };
  });
  const run = await bench.runNow((await bench.makeJob()).id);
  expect(run).toMatchObject({
    outcome: 'succeeded_with_issues',
    counts: { rowsAcknowledged: 2, rowsRejected: 1, batchesAcknowledged: 1 },
  });
  expect(await bench.issues(run.id)).toEqual([
    expect.objectContaining({
      record: 2,
      columnKey: 'title',
      code: 'rejected_by_receiver',
      message: 'is on our black list',
    }),
    expect.objectContaining({
      record: 2,
      columnKey: null,
      code: 'rejected_by_receiver',
      message: 'and too short',
    }),
  ]);
});

test('any 2xx body counts as acknowledged', async () => {
  bench.setFeed(items(1));
  bench.receiver.answerWith({ body: '<html>OK' });
  expect(await bench.runNow((await bench.makeJob()).id)).toMatchObject({ outcome: 'succeeded' });
});

test('a receiver that is gone pauses the job, and everything is sent again when it is resumed', async () => {
  bench.setFeed(items(2));
  bench.receiver.answerWith({ status: 410 });
  const job = await bench.makeJob();
  const run = await bench.runNow(job.id);
  expect(run).toMatchObject({ outcome: 'failed', error: { code: 'delivery_gone' } });
  expect(await bench.job(job.id)).toMatchObject({
    status: 'paused',
    pausedBecause: { code: 'delivery_gone' },
    knownItems: 0,
  });
  bench.receiver.answerWith({});
  bench.receiver.clear();
  await bench.call('PUT', `/v1/import-jobs/${job.id}/resume`);
  expect(await bench.runNow(job.id)).toMatchObject({ outcome: 'succeeded', counts: { created: 2 } });
});

test('a delivery that times out is tried again and does not count as delivered', async () => {
  bench.setFeed(items(1));
  bench.receiver.answerWith((_request, number) => (number === 1 ? { fault: 'hang' } : {}));
  const job = await bench.makeJob();
  const { json } = await bench.call('POST', `/v1/import-jobs/${job.id}/run`, { body: {} });
  const [delivery] = await waitFor(
    () => onlyRows(json.id),
    ([first]) => first?.attemptCount === 1,
  );
  expect(delivery!.attempts[0]).toMatchObject({ status: null, error: { code: 'delivery_timeout' } });
  expect(await bench.finished(json.id)).toMatchObject({ outcome: 'succeeded' });
});

test('the auth header of the destination is sent and never shown', async () => {
  const template = await bench.makeTemplate({
    destination: { url: bench.receiver.url, authHeader: { name: 'x-api-key', value: 'very-secret' } },
  });
  expect(template.destination).toMatchObject({ authHeaderName: 'x-api-key' });
  expect(JSON.stringify(template)).not.toContain('very-secret');
  bench.setFeed(items(1));
  await bench.runNow((await bench.makeJob({ templateId: template.id })).id);
  expect(bench.receiver.requests.map(({ headers }) => headers['x-api-key'])).toEqual([
    'very-secret',
    'very-secret',
  ]);
});

test('one delivery, and a whole run, can be sent again as new deliveries that are marked', async () => {
  bench.setFeed(items(25));
  const run = await bench.runNow((await bench.makeJob()).id);
  await waitFor(
    () => bench.receiver.requests.length,
    (count) => count === 4,
  );
  const sent = new Set(idsOf());
  const [delivery] = await onlyRows(run.id);
  bench.receiver.clear();
  const one = await bench.call('POST', `/v1/deliveries/${delivery!.id}/replay`);
  expect(one).toMatchObject({ status: 202, json: { replayOf: delivery!.id, status: 'pending' } });
  const [request] = await bench.receiver.received(1);
  expect(request).toMatchObject({
    headers: { 'webhook-id': one.json.id, 'inlet-replay': 'true' },
    json: { type: 'import.records', replayOf: delivery!.id },
  });
  await waitFor(
    () => onlyRows(run.id),
    (rows) => rows.every(({ status }) => status === 'acknowledged'),
  );
  bench.receiver.clear();
  const replayed = await bench.call('POST', `/v1/runs/${run.id}/replay`);
  expect(replayed.json).toEqual({ deliveries: 4 });
  const again = await bench.receiver.received(4);
  expect(new Set(again.map(({ json }) => (json as { replayOf?: string }).replayOf))).toEqual(sent);
  await waitFor(
    () => onlyRows(run.id),
    (rows) => rows.every(({ status }) => status === 'acknowledged'),
  );
  expect((await bench.run(run.id)).counts).toMatchObject({ batchesAcknowledged: 3, rowsAcknowledged: 25 });
});

test('the rows that the receiver rejected can be sent again', async () => {
  bench.setFeed(items(3));
  bench.receiver.answerWith(({ json }) => {
    const { data } = json as { data: { rows?: { rowKey: string }[] } };
    return { body: { results: [{ rowKey: data.rows?.[1]?.rowKey ?? '', status: 'rejected' }] } };
  });
  const run = await bench.runNow((await bench.makeJob()).id);
  const resend = () => bench.call('POST', `/v1/runs/${run.id}/resend-rejected`);
  bench.receiver.answerWith({});
  expect(await resend()).toMatchObject({ status: 202, json: { deliveries: 1, rows: 1 } });
  const { counts } = await waitFor(
    () => bench.run(run.id),
    ({ counts: { rowsRejected } }) => rowsRejected === 0,
  );
  expect(counts).toMatchObject({ rowsAcknowledged: 3, issues: 0 });
  expect(await resend()).toMatchObject({ status: 409, json: { code: 'run_no_rejected_rows' } });
});

test('a replay that succeeds corrects the counts of a run that had failed', async () => {
  bench.setFeed(items(2));
  bench.receiver.answerWith({ status: 400 });
  const run = await bench.runNow((await bench.makeJob()).id);
  expect(run.counts).toMatchObject({ batchesFailed: 1, rowsAcknowledged: 0 });
  bench.receiver.answerWith({});
  await bench.call('POST', `/v1/runs/${run.id}/replay`);
  await waitFor(
    () => bench.run(run.id),
    ({ counts }) => counts.rowsAcknowledged === 2,
  );
  expect((await bench.run(run.id)).counts).toMatchObject({ batchesFailed: 0, batchesAcknowledged: 1 });
});

test('a cancelled run stops sending, and the next run sends the rest', async () => {
  bench.setFeed(items(300));
  bench.receiver.answerWith({ delayMs: 400 });
  const job = await bench.makeJob();
  const { json } = await bench.call('POST', `/v1/import-jobs/${job.id}/run`, { body: {} });
  await bench.receiver.received(1);
  expect((await bench.call('POST', `/v1/runs/${json.id}/cancel`)).status).toBe(202);
  const cancelled = await bench.finished(json.id);
  expect(cancelled).toMatchObject({ outcome: 'cancelled', error: { code: 'run_cancelled' } });
  expect((await onlyRows(json.id)).some(({ status }) => status === 'discarded')).toBe(true);
  expect((await bench.call('POST', `/v1/runs/${json.id}/cancel`)).json.code).toBe('run_not_active');
  bench.receiver.answerWith({});
  bench.receiver.clear();
  const created = 300 - cancelled.counts.rowsAcknowledged;
  expect(await bench.runNow(job.id)).toMatchObject({ outcome: 'succeeded', counts: { created } });
});

test('while a run is in progress no second one starts, and a tick is skipped or waits, depending on the job', async () => {
  bench.setFeed(items(1));
  const skip = await bench.makeJob({ overlap: 'skip' });
  const queue = await bench.makeJob({ overlap: 'queue' });
  for (const { id } of [skip, queue]) {
    bench.receiver.clear();
    bench.receiver.answerWith({ delayMs: 900 });
    const { json } = await bench.call('POST', `/v1/import-jobs/${id}/run`, { body: {} });
    await bench.receiver.received(1);
    const second = await bench.call('POST', `/v1/import-jobs/${id}/run`, { body: {} });
    expect(second).toMatchObject({ status: 409, json: { code: 'run_already_active' } });
    await bench.tickNow(id);
    await bench.finished(json.id);
    bench.receiver.answerWith({});
  }
  const runsOf = async (id: string) => (await bench.call('GET', `/v1/import-jobs/${id}/runs`)).json.items;
  const queued = await waitFor(
    () => runsOf(queue.id),
    (runs) => runs.length === 2 && runs[0].finishedAt !== null,
  );
  expect(queued[0]).toMatchObject({ trigger: 'schedule', outcome: 'unchanged' });
  const skipped = await runsOf(skip.id);
  expect(skipped).toHaveLength(1);
  expect(skipped[0]).toMatchObject({ trigger: 'api', skippedTicks: 1 });
});
