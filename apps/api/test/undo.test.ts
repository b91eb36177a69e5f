import { type ImportPeers, startImportPeers, waitFor } from '@inlet/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type BootedInlet, bootInlet } from './boot-inlet.js';

let booted: BootedInlet;
let peers: ImportPeers;

beforeAll(async () => {
  [booted, peers] = await Promise.all([bootInlet(), startImportPeers()]);
});
afterAll(() => Promise.all([booted.close(), peers.close()]));

const post = async (path: string, body: unknown = {}) => booted.call('POST', path, { body });
const get = async (path: string) => (await booted.call('GET', path)).json;
const row = (title: string, price: string) => ({ title, text: '-', price });

async function createTemplate(code: string) {
  const input = peers.templateInput({ mode: 'manual', code, identity: ['title'] });
  const { json: template } = await post('/v1/templates', input);
  return template;
}

/** Imports rows and returns the id of the run that has sent them. */
async function importRows(templateId: string, rows: readonly object[]): Promise<string> {
  const { json: upload } = await post('/v1/uploads', { templateId, externalUserId: 'user-1', rows });
  const read = () => get(`/v1/uploads/${upload.id}`);
  const { revision } = await waitFor(read, ({ status }) => status === 'needs_review');
  await post(`/v1/uploads/${upload.id}/finish`, { revision });
  const { runIds } = await waitFor(read, ({ status }) => status === 'completed');
  await finishedRun(runIds[0]);
  return runIds[0];
}

const finishedRun = (runId: string) =>
  waitFor(
    () => get(`/v1/runs/${runId}`),
    ({ phase }) => phase === 'done',
  );

async function undo(runId: string) {
  const { status, json } = await post(`/v1/runs/${runId}/undo`);
  expect(status).toBe(202);
  return finishedRun(json.id);
}

/** The rows that the receiver has got from a run, by their title or key. */
const rowsOf = (runId: string) =>
  peers
    .events()
    .flatMap(({ type, data }) => (type === 'import.records' && data.runId === runId ? data.rows : []));

it('removes the new rows of a run, restores the changed ones, and is done once', async () => {
  const template = await createTemplate('undo-all');
  const first = await importRows(template.id, [row('Apple', '1'), row('Bread', '2')]);
  const second = await importRows(template.id, [row('Apple', '9'), row('Cheese', '3')]);
  const keyOf = Object.fromEntries(
    [...rowsOf(first), ...rowsOf(second)].map(({ rowKey, values }) => [values?.title, rowKey]),
  );
  const plan = await get(`/v1/runs/${second}/undo`);
  expect(plan).toEqual({
    runId: second,
    removed: 1,
    restored: 1,
    sentAgain: 0,
    valuesUnknown: 0,
    isComplete: true,
    undoneBy: null,
  });

  const undone = await undo(second);
  expect(undone).toMatchObject({
    trigger: 'undo',
    undoes: second,
    outcome: 'succeeded',
    counts: { records: 2, removed: 1, updated: 1, rowsAcknowledged: 2 },
  });
  expect(rowsOf(undone.id)).toMatchObject([
    { change: 'removed', rowKey: keyOf.Cheese, record: null, values: null },
    { change: 'updated', rowKey: keyOf.Apple, record: null, values: { title: 'Apple', price: 1 } },
  ]);
  const [batch] = peers.events().filter(({ data }) => data.runId === undone.id);
  const upload = await get(`/v1/uploads/${batch?.data.uploadId}`);
  expect(batch?.data).toMatchObject({ trigger: 'undo', undoesRunId: second });
  expect(upload.undoneRunIds).toEqual([second]);

  const again = await post(`/v1/runs/${second}/undo`);
  expect([again.status, again.json.id]).toEqual([202, undone.id]);
  expect((await get(`/v1/runs/${second}`)).undoneBy).toBe(undone.id);

  const third = await importRows(template.id, [row('Apple', '9'), row('Cheese', '3')]);
  expect(rowsOf(third).map(({ change }) => change)).toEqual(['updated', 'created']);
});

it('leaves rows that a later run has sent again, and takes them after that run was undone', async () => {
  const template = await createTemplate('undo-later');
  const first = await importRows(template.id, [row('Apple', '1'), row('Bread', '2')]);
  const second = await importRows(template.id, [row('Apple', '9')]);
  expect(await get(`/v1/runs/${first}/undo`)).toMatchObject({ removed: 1, restored: 0, sentAgain: 1 });
  const partly = await undo(first);
  expect(partly).toMatchObject({ outcome: 'succeeded_with_issues', counts: { removed: 1, unchanged: 1 } });
  const { items: issues } = await get(`/v1/runs/${partly.id}/issues`);
  expect(issues).toMatchObject([{ code: 'undo_sent_again', severity: 'warning', record: 1 }]);
  await undo(second);
  expect(await get(`/v1/runs/${first}/undo`)).toMatchObject({ removed: 1, sentAgain: 0 });
});

it('refuses runs that sent nothing of an upload, and finds no run of others', async () => {
  const template = await createTemplate('undo-refused');
  const run = await importRows(template.id, [row('Apple', '1')]);
  const undone = await undo(run);
  const twice = await post(`/v1/runs/${undone.id}/undo`);
  expect([twice.status, twice.json.code]).toEqual([409, 'run_not_undoable']);
  const unknown = await post('/v1/runs/run_01JAAAAAAAAAAAAAAAAAAAAAAA/undo');
  expect(unknown.status).toBe(404);
});
