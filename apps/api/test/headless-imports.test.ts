import { type ImportPeers, startImportPeers, waitFor } from '@inlet/testing';
import { createWorkHandlers } from '@inlet/workflow';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BootedInlet, bootInlet } from './boot-inlet.js';

let booted: BootedInlet;
let peers: ImportPeers;

beforeAll(async () => {
  [booted, peers] = await Promise.all([
    bootInlet({ INLET_PUBLIC_URL: 'https://inlet.example' }),
    startImportPeers(),
  ]);
});
afterAll(() => Promise.all([booted.close(), peers.close()]));

const get = async (path: string) => (await booted.call('GET', path)).json;

async function sendImport(
  csv: string | null,
  fields: Readonly<Record<string, string>> = {},
  template: object = {},
) {
  const { json } = await booted.call('POST', '/v1/templates', {
    body: peers.templateInput({ mode: 'manual', ...template }),
  });
  const form = new FormData();
  for (const [name, value] of Object.entries({ templateId: json.id, externalUserId: 'user-1', ...fields }))
    form.append(name, value);
  if (csv !== null) form.append('file', new Blob([csv]), 'products.csv');
  const response = await fetch(`${booted.inlet.address}/v1/imports`, {
    method: 'POST',
    headers: { accesskey: booted.project.secretKey },
    body: form,
  });
  return { status: response.status, json: await response.json() };
}

const uploadWith = (id: string, status: string) =>
  waitFor(
    () => get(`/v1/uploads/${id}`),
    (upload) => upload.status === status,
  );

const eventsOf = (id: string, count: number) =>
  waitFor(
    () => peers.events().filter(({ data }) => (data as { uploadId?: string }).uploadId === id),
    (events) => events.length === count,
  );

const VALID = 'Title,Price\nApple,1\nBread,2\n';
const MIXED = 'Title,Price\nApple,1\nBread,much\nCheese,3\nDates,4\nEggs,5\nFigs,6\n';

const BOTH = '[{"column":"title","path":"Title"},{"column":"price","path":"Price"}]';

describe('an import without a person', () => {
  it('goes from the file to its deliveries, once', async () => {
    const mapping = JSON.stringify([
      { column: 'title', path: 'Title', transforms: [{ kind: 'case', to: 'upper' }] },
    ]);
    const { status, json } = await sendImport(VALID, { mapping, extra: '{"shop":7}' });
    expect([status, json]).toMatchObject([202, { origin: 'api', files: [{ name: 'products.csv' }] }]);
    const { runIds } = await uploadWith(json.id, 'completed');
    expect(runIds).toHaveLength(1);
    const [records] = await eventsOf(json.id, 2);
    expect(records).toMatchObject({
      data: { extra: { shop: 7 }, rows: [{ values: { title: 'APPLE' } }, { values: { title: 'BREAD' } }] },
    });
  });

  it('stops for a person if rows have errors, and tells the host', async () => {
    const { json } = await sendImport(MIXED);
    await uploadWith(json.id, 'needs_review');
    const [event] = await eventsOf(json.id, 1);
    expect(event).toMatchObject({
      type: 'import.needs_review',
      data: {
        uploadId: json.id,
        counts: { rows: 6, invalid: 1 },
        reviewUrl: expect.stringMatching(/^https:\/\/inlet\.example\/review#[\w-]{43}$/),
      },
    });
    const path = `/v1/uploads/${json.id}`;
    const set = { kind: 'set', cells: [{ row: 3, column: 'price', text: '2' }] };
    const { revision } = await get(path);
    const body = { baseRevision: revision, operations: [set] };
    const { json: edited } = await booted.call('PATCH', `${path}/rows`, { body });
    await booted.call('POST', `${path}/finish`, { body: { revision: edited.revision } });
    expect((await uploadWith(json.id, 'completed')).counts.delivered).toBe(6);
  });

  it('delivers the valid rows at once if the host says so, and leaves the others to a person', async () => {
    const { json } = await sendImport(MIXED, { onInvalid: 'deliver_valid' });
    const events = await eventsOf(json.id, 3);
    expect(events.map(({ type }) => type).toSorted()).toEqual([
      'import.completed',
      'import.needs_review',
      'import.records',
    ]);
    expect(await get(`/v1/uploads/${json.id}`)).toMatchObject({
      status: 'needs_review',
      counts: { delivered: 5, invalid: 1 },
    });
  });

  it.each([
    [
      'most rows are invalid',
      'Title,Price\nApple,x\nBread,y\nCheese,3\n',
      { onInvalid: 'deliver_valid', mapping: BOTH },
    ],
    ['a required column is not mapped', 'Price\n1\n', { onInvalid: 'deliver_valid' }],
    ['the given mapping does not fit', VALID, { mapping: '[{"column":"title","path":"Name"}]' }],
  ])('stops for a person if %s', async (_, csv, fields) => {
    const { json } = await sendImport(csv, fields);
    const [event] = await eventsOf(json.id, 1);
    expect(event?.type).toBe('import.needs_review');
    expect(await get(`/v1/uploads/${json.id}`)).toMatchObject({ status: 'needs_review', runIds: [] });
  });

  it('leaves the choice of the columns to a person if nothing fits', async () => {
    const { json } = await sendImport('Colour,Weight\nred,1\n');
    const [event] = await eventsOf(json.id, 1);
    expect(event?.type).toBe('import.needs_review');
    expect(await get(`/v1/uploads/${json.id}`)).toMatchObject({ status: 'mapping', runIds: [] });
  });

  it('needs a file that can be read', async () => {
    const missing = await sendImport(null);
    expect([missing.status, missing.json.errors]).toEqual([400, [{ path: 'file', message: 'is missing' }]]);
    const { json } = await sendImport('\u0000\u0001\u0002'.repeat(100));
    expect((await uploadWith(json.id, 'unreadable')).error).not.toBeNull();
  });

  it('goes on in another process if the one that took it has ended', async () => {
    const { json } = await sendImport(VALID);
    const { context } = booted.inlet;
    const ref = { projectId: booted.project.projectId, uploadId: json.id };
    await uploadWith(json.id, 'completed');
    await eventsOf(json.id, 2);
    // As if that process had ended before it chose the mapping.
    const stored = await context.store.uploads.get(ref);
    await context.store.uploads.change(ref, {
      changes: {
        status: 'mapping',
        mapping: null,
        finish: null,
        automation: { ...stored!.automation!, isEnded: false },
      },
      now: new Date(Date.now() - 3_600_000),
    });
    await createWorkHandlers(context).maintain({ signal: new AbortController().signal });
    const { runIds } = await uploadWith(json.id, 'completed');
    expect(runIds).toHaveLength(2);
  });
});
