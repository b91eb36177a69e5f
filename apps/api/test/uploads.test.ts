import { connect } from 'node:net';
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

const CSV = 'Title,Text,Price\nApple,Red,1.50\nBread,"Two\nlines",much\nCheese,,698.20\n';

const post = (path: string, body?: unknown) => booted.call('POST', path, body === undefined ? {} : { body });

const sendFile = (uploadId: string, name: string, bytes: string | Uint8Array) =>
  sendFileTo(booted, { uploadId, name, bytes });
const uploadWith = (uploadId: string, status: string) => uploadOf(booted, uploadId, status);

async function beginUpload(changes: object = {}) {
  const { json: template } = await post('/v1/templates', peers.templateInput({ mode: 'manual', ...changes }));
  const { status, json: upload } = await post('/v1/uploads', {
    templateId: template.id,
    externalUserId: 'user-1',
    extra: { shop: 7 },
  });
  expect(status).toBe(201);
  return { template, upload };
}

/** An upload of a CSV file whose rows are checked. */
async function reviewed(csv: string | Uint8Array = CSV, changes: object = {}) {
  const { upload } = await beginUpload(changes);
  await sendFile(upload.id, 'products.csv', csv);
  await uploadWith(upload.id, 'mapping');
  const { json: suggested } = await booted.call('GET', `/v1/uploads/${upload.id}/suggestions`);
  await booted.call('PUT', `/v1/uploads/${upload.id}/mapping`, { body: { mapping: suggested.mapping } });
  return uploadWith(upload.id, 'needs_review');
}

describe('an upload', () => {
  it('goes from a file over review to acknowledged deliveries', async () => {
    const { upload } = await beginUpload();
    expect(upload).toMatchObject({ status: 'receiving', origin: 'api', files: [], counts: { rows: 0 } });
    const sent = await sendFile(upload.id, 'products.csv', CSV);
    expect([sent.status, sent.json.files[0]]).toMatchObject([
      200,
      { name: 'products.csv', sizeBytes: CSV.length, receivedBytes: CSV.length },
    ]);
    const read = await uploadWith(upload.id, 'mapping');
    expect(read).toMatchObject({ isScanned: true, header: { row: 1, rows: 1 }, counts: { rows: 4 } });
    expect(read.headings.map(({ path }: { path: string }) => path)).toEqual(['Title', 'Text', 'Price']);

    const { json: head } = await booted.call('GET', `/v1/uploads/${upload.id}/head`);
    expect(head).toMatchObject({
      format: 'csv',
      delimiter: ',',
      proposal: { row: 1, rows: 1, reason: 'names' },
    });
    expect(head.rows.map(({ row }: { row: number }) => row)).toEqual([1, 2, 3, 5]);

    const { json: suggested } = await booted.call('GET', `/v1/uploads/${upload.id}/suggestions`);
    const mapped = await booted.call('PUT', `/v1/uploads/${upload.id}/mapping`, {
      body: { mapping: suggested.mapping },
    });
    expect(mapped.json.status).toBe('checking');
    const checked = await uploadWith(upload.id, 'needs_review');
    expect(checked.counts).toMatchObject({ rows: 3, valid: 2, invalid: 1 });

    const { json: invalid } = await booted.call('GET', `/v1/uploads/${upload.id}/rows?view=invalid`);
    expect(invalid).toMatchObject({
      total: 1,
      rows: [
        {
          sourceRow: { file: 'products.csv', worksheet: null, row: 3 },
          cells: ['Bread', 'Two\nlines', 'much'],
          issues: [{ columnKey: 'price', code: 'not_a_number' }],
        },
      ],
    });
    const refused = await post(`/v1/uploads/${upload.id}/finish`, { revision: checked.revision });
    expect([refused.status, refused.json.code]).toEqual([409, 'upload_has_errors']);

    const edited = await booted.call('PATCH', `/v1/uploads/${upload.id}/rows`, {
      body: {
        baseRevision: checked.revision,
        operations: [{ kind: 'set', cells: [{ row: invalid.rows[0].id, column: 'price', text: '2,25' }] }],
      },
    });
    expect([edited.status, edited.json]).toMatchObject([
      200,
      { counts: { valid: 3, invalid: 0 }, conflicts: [] },
    ]);

    const { revision } = edited.json;
    const finished = await post(`/v1/uploads/${upload.id}/finish`, { revision });
    expect([finished.status, finished.json.status]).toEqual([200, 'delivering']);
    const again = await post(`/v1/uploads/${upload.id}/finish`, { revision });
    expect(again.json.runIds).toEqual(finished.json.runIds);
    const completed = await uploadWith(upload.id, 'completed');
    expect(completed.counts.delivered).toBe(3);

    // The closing event is sent after everything else is stored.
    const events = await waitFor(
      () => peers.events().filter(({ data }) => data.uploadId === upload.id),
      (arrived) => arrived.length === 2,
    );
    expect(events.map(({ type }) => type)).toEqual(['import.records', 'import.completed']);
    expect(events[0]).toMatchObject({
      data: {
        trigger: 'upload',
        extra: { shop: 7 },
        rows: [
          {
            change: 'created',
            id: 2,
            sourceRow: { row: 2 },
            values: { title: 'Apple', text: 'Red', price: 1.5 },
          },
          { id: 3, sourceRow: { row: 3 }, values: { text: 'Two\nlines', price: 2.25 } },
          { id: 4, sourceRow: { file: 'products.csv', row: 5 }, values: { text: null, price: 698.2 } },
        ],
      },
    });
  });

  it('delivers equal rows as often as the file has them, and compares by identity columns', async () => {
    const csv = 'Title,Text,Price\nApple,Red,1\nApple,Red,1\n';
    const { id, revision } = await reviewed(csv);
    await post(`/v1/uploads/${id}/finish`, { revision });
    expect((await uploadWith(id, 'completed')).counts.delivered).toBe(2);

    const { template, upload } = await beginUpload({ identity: ['title'] });
    await sendFile(upload.id, 'one.csv', 'Title,Text,Price\nApple,Red,1\nBread,,2\n');
    const send = async (uploadId: string) => {
      await uploadWith(uploadId, 'mapping');
      const { json } = await booted.call('GET', `/v1/uploads/${uploadId}/suggestions`);
      await booted.call('PUT', `/v1/uploads/${uploadId}/mapping`, { body: { mapping: json.mapping } });
      const { revision: shown } = await uploadWith(uploadId, 'needs_review');
      await post(`/v1/uploads/${uploadId}/finish`, { revision: shown });
      await uploadWith(uploadId, 'completed');
      return peers
        .events()
        .flatMap((event) =>
          event.type === 'import.records' && event.data.uploadId === uploadId ? event.data.rows : [],
        )
        .map(({ change, values }) => [change, values?.title]);
    };
    expect(await send(upload.id)).toEqual([
      ['created', 'Apple'],
      ['created', 'Bread'],
    ]);
    const { json: second } = await post('/v1/uploads', {
      templateId: template.id,
      externalUserId: 'user-1',
    });
    expect(second.jobId).toBe(upload.jobId);
    await sendFile(second.id, 'two.csv', 'Title,Text,Price\nApple,Green,1\nBread,,2\nCheese,,3\n');
    expect(await send(second.id)).toEqual([
      ['updated', 'Apple'],
      ['created', 'Cheese'],
    ]);
  });

  it('sends its valid rows while others have errors, if the template allows it, and the rest later', async () => {
    const { id, revision, counts } = await reviewed(CSV, { allowPartial: true });
    expect(counts.invalid).toBe(1);
    await post(`/v1/uploads/${id}/finish`, { revision });
    const partial = await waitFor(
      async () => (await booted.call('GET', `/v1/uploads/${id}`)).json,
      (upload) => upload.counts.delivered === 2,
    );
    expect(partial.status).toBe('needs_review');
    const set = { kind: 'set', cells: [{ row: 3, column: 'price', text: '3' }] };
    const body = { baseRevision: partial.revision, operations: [set] };
    const { json: edited } = await booted.call('PATCH', `/v1/uploads/${id}/rows`, { body });
    await post(`/v1/uploads/${id}/finish`, { revision: edited.revision });
    expect((await uploadWith(id, 'completed')).counts.delivered).toBe(3);
    const sent = peers
      .events()
      .flatMap(({ type, data }) => (type === 'import.records' && data.uploadId === id ? data.rows : []));
    expect(sent.map((row) => [row.id, row.change])).toEqual([
      [2, 'created'],
      [4, 'created'],
      [3, 'created'],
    ]);
  });

  it('returns to the review if the receiver rejects rows, and sends those that were corrected', async () => {
    const { id, revision } = await reviewed('Title,Text,Price\nApple,Red,1\nBread,,2\n');
    peers.receiver.answerWith((request) => {
      const { data } = request.json as { data: { rows?: { rowKey: string; id: number }[] } };
      const rejected = (data.rows ?? []).filter((row) => row.id === 3);
      const errors = [{ columnKey: 'price', message: 'is too low' }];
      return { body: { results: rejected.map(({ rowKey }) => ({ rowKey, status: 'rejected', errors })) } };
    });
    await post(`/v1/uploads/${id}/finish`, { revision });
    const returned = await waitFor(
      async () => (await booted.call('GET', `/v1/uploads/${id}`)).json,
      ({ status }) => status !== 'delivering',
    );
    peers.receiver.answerWith({});
    expect(returned).toMatchObject({
      status: 'needs_review',
      counts: { delivered: 1, valid: 1, invalid: 1 },
    });
    const { json: marked } = await booted.call('GET', `/v1/uploads/${id}/rows?view=invalid`);
    expect(marked.rows).toMatchObject([
      {
        id: 3,
        issues: [
          { columnKey: 'price', code: 'rejected_by_receiver', message: 'is too low', severity: 'error' },
        ],
      },
    ]);
    const { json: issues } = await booted.call('GET', `/v1/runs/${returned.runIds[0]}/issues`);
    expect(issues.items).toMatchObject([{ code: 'rejected_by_receiver', message: 'is too low' }]);
    const set = { kind: 'set', cells: [{ row: 3, column: 'price', text: '20' }] };
    const body = { baseRevision: returned.revision, operations: [set] };
    const { json: edited } = await booted.call('PATCH', `/v1/uploads/${id}/rows`, { body });
    expect(edited.counts).toMatchObject({ valid: 2, invalid: 0 });
    await post(`/v1/uploads/${id}/finish`, { revision: edited.revision });
    expect((await uploadWith(id, 'completed')).counts.delivered).toBe(2);
    const sent = peers
      .events()
      .flatMap(({ type, data }) => (type === 'import.records' && data.uploadId === id ? data.rows : []));
    expect(sent.map((row) => [row.id, row.change, row.values?.price])).toEqual([
      [2, 'created', 1],
      [3, 'created', 2],
      [3, 'updated', 20],
    ]);
  });

  it('is read again in another encoding or with another delimiter, from the kept bytes', async () => {
    const { upload } = await beginUpload();
    await sendFile(upload.id, 'legacy.csv', Buffer.from('Title;Text;Price\nJos\xe9;a;1\n', 'latin1'));
    const read = await uploadWith(upload.id, 'mapping');
    expect(read.files[0]).toMatchObject({ encoding: 'windows-1252', delimiter: ';' });
    const header = { fileId: read.files[0].id, row: 1, rows: 1, encoding: 'windows-1250' };
    await booted.call('PUT', `/v1/uploads/${upload.id}/header`, { body: header });
    const again = await uploadWith(upload.id, 'mapping');
    expect(again.files[0].encoding).toBe('windows-1250');
    expect(again.revision).toBeGreaterThan(read.revision);
  });

  it('reads a JSON file, whatever its content type', async () => {
    const { upload } = await beginUpload();
    const body = [{ Title: 'Apple', Price: 1.5 }, { Title: 'Bread' }];
    expect((await post(`/v1/uploads/${upload.id}/files?name=a.json`, body)).status).toBe(200);
    expect(await uploadWith(upload.id, 'mapping')).toMatchObject({
      files: [{ format: 'json' }],
      headings: [{ path: 'Title' }, { path: 'Price' }],
      counts: { rows: 2 },
    });
  });

  it('takes a file again whose transfer has broken off', async () => {
    const { upload } = await beginUpload();
    const { inlet, project } = booted;
    const { hostname, port } = new URL(inlet.address);
    const head = `POST /v1/uploads/${upload.id}/files?name=a.csv HTTP/1.1\r\nhost: localhost\r\naccesskey: ${project.secretKey}\r\ncontent-type: text/csv\r\ncontent-length: 900000\r\n\r\n`;
    const socket = connect({ host: hostname, port: Number(port) });
    socket.write(`${head}${CSV.repeat(6000)}`);
    await waitFor(
      async () => (await booted.call('GET', `/v1/uploads/${upload.id}`)).json,
      ({ files }) => files[0]?.receivedBytes > 0,
    );
    socket.destroy();
    await waitFor(
      async () => (await booted.call('GET', `/v1/uploads/${upload.id}`)).json,
      ({ files }) => files.length === 0,
    );
    await sendFile(upload.id, 'a.csv', CSV);
    expect(await uploadWith(upload.id, 'mapping')).toMatchObject({ counts: { rows: 4 }, isScanned: true });
  });

  it('that no reader understands keeps its bytes and says why', async () => {
    const { upload } = await beginUpload();
    await sendFile(upload.id, 'picture.png', Buffer.from('\x89PNG\r\n\x1a\n'.repeat(50), 'latin1'));
    const unreadable = await uploadWith(upload.id, 'unreadable');
    expect(unreadable.error.code).toBe('source_format_unknown');
    expect(unreadable.files[0].receivedBytes).toBe(400);
  });

  it('belongs to its project', async () => {
    const { upload } = await beginUpload();
    const other = await booted.call('GET', `/v1/uploads/${upload.id}`, { key: 'sk_wrong' });
    expect(other.status).toBe(401);
    expect((await booted.call('GET', '/v1/uploads/upl_00000000000000000000000000')).json.code).toBe(
      'upload_not_found',
    );
  });

  it('can be cancelled, and then takes nothing more', async () => {
    const { id, revision } = await reviewed();
    expect((await post(`/v1/uploads/${id}/cancel`)).json.status).toBe('cancelled');
    const finished = await post(`/v1/uploads/${id}/finish`, { revision });
    expect([finished.status, finished.json.code]).toEqual([409, 'upload_closed']);
  });
});
