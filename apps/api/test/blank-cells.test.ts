import { type ImportPeers, startImportPeers, waitFor } from '@inlet/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BootedInlet, bootInlet } from './boot-inlet.js';
import { sendFileTo, uploadOf } from './upload-calls.js';

let booted: BootedInlet;
let peers: ImportPeers;

beforeAll(async () => {
  [booted, peers] = await Promise.all([bootInlet(), startImportPeers()]);
});
afterAll(() => Promise.all([booted.close(), peers.close()]));

const post = async (path: string, body: unknown = {}) => (await booted.call('POST', path, { body })).json;
const get = async (path: string) => (await booted.call('GET', path)).json;

const COLUMNS = [
  { key: 'title', name: 'Title', required: true },
  { key: 'price', name: 'Price', type: 'number' },
  { key: 'state', name: 'State', default: 'new' },
  { key: 'note', name: 'Note' },
];
const CSV = 'Title,Price,State\nApple,,\nBread,2,used\n';

type Rule = 'clear' | 'keep' | 'default';

/** The rows that arrive without those parts that do not depend on blank cells. */
async function rowsOf(runId: string) {
  const rows = () =>
    peers
      .events()
      .flatMap((event) =>
        event.type === 'import.records' && event.data.runId === runId ? event.data.rows : [],
      );
  const arrived = await waitFor(rows, ({ length }) => length > 0);
  return arrived.map(({ values, blank }) => ({ values, blank }));
}

async function uploadRows(templateId: string) {
  const upload = await post('/v1/uploads', { templateId, externalUserId: 'user-1' });
  await sendFileTo(booted, { uploadId: upload.id, name: 'rows.csv', bytes: CSV });
  await uploadOf(booted, upload.id, 'mapping');
  const mapping = ['Title', 'Price', 'State'].map((path) => ({ column: path.toLowerCase(), path }));
  await booted.call('PUT', `/v1/uploads/${upload.id}/mapping`, { body: { mapping } });
  const { revision } = await uploadOf(booted, upload.id, 'needs_review');
  const { runIds } = await post(`/v1/uploads/${upload.id}/finish`, { revision });
  return rowsOf(runIds[0]);
}

const EXPECTED: Readonly<Record<Rule, readonly object[]>> = {
  clear: [
    { values: { title: 'Apple', price: null, state: 'new', note: null } },
    { values: { title: 'Bread', price: 2, state: 'used', note: null } },
  ],
  default: [
    { values: { title: 'Apple', price: null, state: 'new' } },
    { values: { title: 'Bread', price: 2, state: 'used' } },
  ],
  keep: [
    { values: { title: 'Apple' }, blank: ['price', 'state'] },
    { values: { title: 'Bread', price: 2, state: 'used' } },
  ],
};

describe.each(Object.entries(EXPECTED))('with the rule %s', (rule, rows) => {
  it('blank cells of uploads and of feeds are delivered alike', async () => {
    const input = peers.templateInput({ code: `blank-${rule}`, columns: COLUMNS, blank: rule });
    const template = await post('/v1/templates', input);
    expect(template.blank).toBe(rule);
    expect(await uploadRows(template.id)).toEqual(rows);

    const { job } = await post('/v1/import-jobs', {
      templateId: template.id,
      externalUserId: 'user-1',
      label: 'Feed',
      source: { kind: 'url', url: peers.site.route(`/${rule}.csv`, { body: CSV }) },
      recordPath: '/',
      mapping: [
        { column: 'title', path: 'Title' },
        { column: 'price', path: 'Price' },
        { column: 'state', path: 'State' },
      ],
      schedule: { kind: 'days', time: '07:00', timeZone: 'UTC' },
    });
    const run = await post(`/v1/import-jobs/${job.id}/run`);
    expect(await rowsOf(run.id)).toEqual(rows);
  });
});

it('another rule alone does not send the rows again', async () => {
  const input = peers.templateInput({
    code: 'blank-later',
    columns: COLUMNS.slice(0, 2),
    identity: ['title'],
  });
  const template = await post('/v1/templates', input);
  const rows = [{ title: 'Apple', price: '' }];
  const importRows = async () => {
    const upload = await post('/v1/uploads', { templateId: template.id, externalUserId: 'user-1', rows });
    const read = () => get(`/v1/uploads/${upload.id}`);
    const { revision } = await waitFor(read, ({ status }) => status === 'needs_review');
    const { runIds } = await post(`/v1/uploads/${upload.id}/finish`, { revision });
    return waitFor(
      () => get(`/v1/runs/${runIds[0]}`),
      ({ phase }) => phase === 'done',
    );
  };
  expect(await importRows()).toMatchObject({ counts: { created: 1 } });
  await booted.call('PATCH', `/v1/templates/${template.id}`, { body: { blank: 'keep' } });
  expect(await importRows()).toMatchObject({ outcome: 'unchanged', counts: { unchanged: 1 } });
});
