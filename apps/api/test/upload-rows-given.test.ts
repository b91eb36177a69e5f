import { type ImportPeers, startImportPeers, waitFor } from '@inlet/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BootedInlet, bootInlet } from './boot-inlet.js';
import { ORIGIN, openWidget } from './widget-client.js';

let booted: BootedInlet;
let peers: ImportPeers;
let templateId: string;

beforeAll(async () => {
  [booted, peers] = await Promise.all([bootInlet(), startImportPeers()]);
  await booted.inlet.context.store.projects.updateSettings(booted.project.projectId, {
    allowedOrigins: [ORIGIN],
    isDevelopment: false,
  });
  templateId = (await post('/v1/templates', peers.templateInput({ mode: 'manual' }))).json.id;
});
afterAll(() => Promise.all([booted.close(), peers.close()]));

const post = (path: string, body: unknown) => booted.call('POST', path, { body });

const begin = (rows: unknown) => post('/v1/uploads', { templateId, externalUserId: 'user-1', rows });

const reviewed = (uploadId: string) =>
  waitFor(
    async () => (await booted.call('GET', `/v1/uploads/${uploadId}`)).json,
    (upload) => upload.status === 'needs_review',
  );

describe('an upload with rows instead of a file', () => {
  it('is checked at once and delivers its rows', async () => {
    const { status, json } = await begin([
      { title: ' Apple ', price: '1.50' },
      { title: 'Bread', text: null, price: 'much' },
    ]);
    expect([status, json]).toMatchObject([201, { status: 'checking', isScanned: true, files: [] }]);
    const { counts } = await reviewed(json.id);
    expect(counts).toMatchObject({ rows: 2, valid: 1, invalid: 1 });
    const path = `/v1/uploads/${json.id}/rows`;
    const { json: shown } = await booted.call('GET', path);
    expect(shown.rows).toMatchObject([
      { id: 1, sourceRow: null, cells: ['Apple', null, '1.50'], issues: [] },
      { id: 2, cells: ['Bread', null, 'much'], issues: [{ columnKey: 'price' }] },
    ]);
    const set = { kind: 'set', cells: [{ row: 2, column: 'price', text: '2' }] };
    const { json: edited } = await booted.call('PATCH', path, {
      body: { baseRevision: json.revision, operations: [set] },
    });
    await post(`/v1/uploads/${json.id}/finish`, { revision: edited.revision });
    const rows = await waitFor(
      () => peers.events().flatMap(({ type, data }) => (type === 'import.records' ? data.rows : [])),
      (sent) => sent.length === 2,
    );
    expect(rows).toMatchObject([{ values: { title: 'Apple' } }, { values: { title: 'Bread', price: 2 } }]);
  });

  it('may begin empty, so that people type its rows', async () => {
    const widget = await openWidget(booted, {
      project: booted.project,
      template: templateId,
      user: 'user-1',
    });
    const { json } = await widget.call('POST', '/uploads', { rows: [] });
    const { counts, revision } = await reviewed(json.id);
    expect(counts).toMatchObject({ rows: 0, valid: 0, invalid: 0 });
    const { status, json: inserted } = await widget.call('PATCH', `/uploads/${json.id}/rows`, {
      baseRevision: revision,
      operations: [{ kind: 'insert', before: null, rows: 2 }],
    });
    // Rows that stay blank are not imported, and no errors.
    expect([status, inserted.rows.length, inserted.counts]).toMatchObject([200, 2, { rows: 0, invalid: 0 }]);
    const [{ id: row }] = inserted.rows;
    const { json: typed } = await widget.call('PATCH', `/uploads/${json.id}/rows`, {
      baseRevision: inserted.revision,
      operations: [{ kind: 'set', cells: [{ row, column: 'title', text: 'Plum' }] }],
    });
    expect(typed.counts).toMatchObject({ rows: 1, valid: 1, invalid: 0 });
  });

  it('refuses a column that the template does not have, and too many rows', async () => {
    const { status, json } = await begin([{ title: 'Apple' }, { colour: 'red' }]);
    expect([status, json]).toMatchObject([
      400,
      { code: 'invalid_request', errors: [{ path: 'rows.1.colour' }] },
    ]);
    const many = await begin(Array.from({ length: 10_001 }, () => ({ title: 'Apple' })));
    expect([many.status, many.json.errors[0].path]).toEqual([400, 'rows']);
  });
});
