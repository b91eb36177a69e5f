import type { SheetRowView } from '@inlet/contracts';
import { type ImportPeers, startImportPeers, waitFor } from '@inlet/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BootedInlet, bootInlet } from './boot-inlet.js';
import { sendFileTo, uploadOf } from './upload-calls.js';

let booted: BootedInlet;
let peers: ImportPeers;
let templateId: string;

beforeAll(async () => {
  [booted, peers] = await Promise.all([bootInlet(), startImportPeers()]);
  const body = peers.templateInput({ mode: 'manual' });
  templateId = (await booted.call('POST', '/v1/templates', { body })).json.id;
});
afterAll(() => Promise.all([booted.close(), peers.close()]));

const call = (method: string, path: string, body?: unknown) =>
  booted.call(method, `/v1/uploads${path}`, body === undefined ? {} : { body });

const sendFile = (uploadId: string, name: string, bytes: string) =>
  sendFileTo(booted, { uploadId, name, bytes });
const uploadWith = (uploadId: string, status: string) => uploadOf(booted, uploadId, status);

async function confirmMapping(uploadId: string) {
  const { json } = await call('GET', `/${uploadId}/suggestions`);
  return call('PUT', `/${uploadId}/mapping`, { mapping: json.mapping });
}

describe('an upload of several files', () => {
  it('reads files of one shape below the headings of the first one', async () => {
    const { json: upload } = await call('POST', '', { templateId, externalUserId: 'user-1' });
    await sendFile(upload.id, 'may.csv', 'Title,Text,Price\nApple,Red,1\nBread,Brown,2\n');
    await uploadWith(upload.id, 'mapping');
    await sendFile(upload.id, 'june.csv', 'Harbour,,\nJune,,\n\nprice,TITLE,Text\n3,Cheese,Yellow\n');
    await sendFile(upload.id, 'berths.csv', 'Berth,Text,Price\nA1,Free,4\n');
    const read = await uploadWith(upload.id, 'mapping');
    expect(read.files).toMatchObject([
      { name: 'may.csv', mismatch: null },
      { name: 'june.csv', mismatch: null },
      { name: 'berths.csv', mismatch: { missing: ['Title'], extra: ['Berth'] } },
    ]);
    const refused = await confirmMapping(upload.id);
    expect([refused.status, refused.json.code]).toEqual([409, 'upload_files_differ']);
    const removed = await call('DELETE', `/${upload.id}/files/${read.files[2].id}`);
    expect([removed.status, removed.json.files.length]).toEqual([200, 2]);
    await uploadWith(upload.id, 'mapping');
    expect((await confirmMapping(upload.id)).status).toBe(200);
    await uploadWith(upload.id, 'needs_review');
    const { json: rows } = await call('GET', `/${upload.id}/rows`);
    expect(
      rows.rows.map((row: SheetRowView) => [row.sourceRow?.file, row.sourceRow?.row, ...row.cells]),
    ).toEqual([
      ['may.csv', 2, 'Apple', 'Red', '1'],
      ['may.csv', 3, 'Bread', 'Brown', '2'],
      ['june.csv', 5, 'Cheese', 'Yellow', '3'],
    ]);
    const late = await call('DELETE', `/${upload.id}/files/${read.files[1].id}`);
    expect([late.status, late.json.code]).toEqual([409, 'upload_not_receiving']);
  });

  it('reads the other files again if another header is chosen in the first one', async () => {
    const { json: upload } = await call('POST', '', { templateId, externalUserId: 'user-2' });
    await sendFile(upload.id, 'one.csv', 'A,B,C\nTitle,Text,Price\nApple,Red,1\n');
    await sendFile(upload.id, 'two.csv', 'Text,Title,Price\nBrown,Bread,2\n');
    const read = await uploadWith(upload.id, 'mapping');
    expect(read.files[1].mismatch).toMatchObject({ missing: ['A', 'B', 'C'] });
    const header = { fileId: read.files[0].id, row: 2, rows: 1 };
    expect((await call('PUT', `/${upload.id}/header`, header)).status).toBe(200);
    await waitFor(
      async () => (await call('GET', `/${upload.id}`)).json,
      ({ status, files }) => status === 'mapping' && files[1].mismatch === null,
    );
    await confirmMapping(upload.id);
    const { counts } = await uploadWith(upload.id, 'needs_review');
    expect(counts).toMatchObject({ rows: 2, valid: 2 });
  });

  it('tells that a finished upload of the same user had the same bytes', async () => {
    const begin = async (externalUserId: string) => {
      const { json } = await call('POST', '', { templateId, externalUserId });
      const text = 'Title,Text,Price\nApple,Red,1\nBread,Brown,2\n';
      return (await sendFile(json.id, 'same.csv', text)).json;
    };
    const first = await begin('user-4');
    expect(first.files[0].sameAs).toBeNull();
    await uploadWith(first.id, 'mapping');
    await confirmMapping(first.id);
    const { revision } = await uploadWith(first.id, 'needs_review');
    await call('POST', `/${first.id}/finish`, { revision });
    await uploadWith(first.id, 'completed');
    expect((await begin('user-4')).files[0].sameAs).toMatchObject({ uploadId: first.id, rows: 2 });
    expect((await begin('user-5')).files[0].sameAs).toBeNull();
  });

  it('names the file that cannot be read, and goes on without it', async () => {
    const { json: upload } = await call('POST', '', { templateId, externalUserId: 'user-3' });
    await sendFile(upload.id, 'one.csv', 'Title,Text,Price\nApple,Red,1\n');
    await sendFile(upload.id, 'two.csv', '%PDF-1.7\n\0\0');
    const { files } = await uploadWith(upload.id, 'unreadable');
    expect(files).toMatchObject([{ error: null }, { error: { code: 'source_format_unknown' } }]);
    await call('DELETE', `/${upload.id}/files/${files[1].id}`);
    expect((await uploadWith(upload.id, 'mapping')).counts.rows).toBe(2);
  });
});
