import { type ImportPeers, startImportPeers } from '@inlet/testing';
import ExcelJS from 'exceljs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BootedInlet, bootInlet } from './boot-inlet.js';
import { sendFileTo, uploadOf } from './upload-calls.js';

let booted: BootedInlet;
let peers: ImportPeers;
let templateId: string;

const COLUMNS = [
  { key: 'name', name: 'Name', required: true, description: 'As on the label.' },
  { key: 'ean', name: 'EAN', unique: true, length: { max: 13 } },
  {
    key: 'state',
    name: 'State',
    type: 'select',
    options: [{ value: 'n', label: 'New, unused' }, { value: 'u' }],
  },
  { key: 'since', name: 'Since', type: 'date' },
  { key: 'price', name: 'Price', type: 'number', range: { min: 0, max: 10 } },
];

beforeAll(async () => {
  [booted, peers] = await Promise.all([bootInlet(), startImportPeers()]);
  const body = peers.templateInput({ code: 'shelf', mode: 'manual', columns: COLUMNS, allowPartial: true });
  templateId = (await booted.call('POST', '/v1/templates', { body })).json.id;
});
afterAll(() => Promise.all([booted.close(), peers.close()]));

async function download(query: string) {
  const headers = { accesskey: booted.project.secretKey };
  const response = await fetch(`${booted.inlet.address}/v1/templates/shelf/sample${query}`, { headers });
  return { headers: response.headers, bytes: Buffer.from(await response.arrayBuffer()) };
}

const uploadWith = (uploadId: string, status: string) => uploadOf(booted, uploadId, status);

describe('the sample of a template', () => {
  it('is CSV with the columns and one row', async () => {
    const { headers, bytes } = await download('');
    expect(headers.get('content-disposition')).toContain('.csv');
    expect(bytes.toString()).toBe(
      '\uFEFFName,EAN,State,Since,Price\r\nText,Text,"New, unused",2026-01-31,10\r\n',
    );
  });

  it('is a workbook with drop-downs, formats and notes, which other programs and Inlet read', async () => {
    const { bytes } = await download('?format=xlsx&locale=de-CH');
    const workbook = new ExcelJS.Workbook();
    await workbook.xlsx.load(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
    const sheet = workbook.worksheets[0]!;
    expect(workbook.worksheets.map(({ name, state }) => [name, state])).toEqual([
      ['Import', 'visible'],
      ['Options', 'hidden'],
    ]);
    expect(sheet.getRow(1).values).toEqual([undefined, 'Name', 'EAN', 'State', 'Since', 'Price']);
    expect(sheet.getCell('C2').dataValidation).toMatchObject({
      type: 'list',
      formulae: ['Options!$A$1:$A$2'],
    });
    expect(sheet.getCell('B2').numFmt).toBe('@');
    expect(sheet.getCell('D2').value).toEqual(new Date(Date.UTC(2026, 0, 31)));
    const note = sheet.getCell('A1').note;
    expect(JSON.stringify(note)).toContain('As on the label.\\nPflichtfeld.');
    expect(workbook.worksheets[1]!.getCell('A1').value).toBe('New, unused');

    const { json: upload } = await booted.call('POST', '/v1/uploads', {
      body: { templateId, externalUserId: 'user-1' },
    });
    await sendFileTo(booted, { uploadId: upload.id, name: 'sample.xlsx', bytes });
    const read = await uploadWith(upload.id, 'mapping');
    expect(read.files[0].worksheets).toMatchObject([{ isHidden: false }, { isHidden: true }]);
    const { json: suggested } = await booted.call('GET', `/v1/uploads/${upload.id}/suggestions`);
    await booted.call('PUT', `/v1/uploads/${upload.id}/mapping`, { body: { mapping: suggested.mapping } });
    await uploadWith(upload.id, 'needs_review');
    const { json: rows } = await booted.call('GET', `/v1/uploads/${upload.id}/rows`);
    expect(rows.rows[0].cells).toEqual(['Text', 'Text', 'New, unused', '2026-01-31', '10']);
  });
});

describe('an empty table', () => {
  it('has blank rows that are neither errors nor delivered until something is typed', async () => {
    const { json: upload } = await booted.call('POST', '/v1/uploads', {
      body: { templateId, externalUserId: 'user-2', rows: [] },
    });
    const edit = async (baseRevision: number, operation: object) =>
      (
        await booted.call('PATCH', `/v1/uploads/${upload.id}/rows`, {
          body: { baseRevision, operations: [operation] },
        })
      ).json;
    const blank = await edit(upload.revision, { kind: 'insert', before: null, rows: 20 });
    expect(blank.counts).toMatchObject({ rows: 0, valid: 0, invalid: 0 });
    expect(blank.rows).toHaveLength(20);
    const cell = { row: blank.rows[3].id, column: 'name', text: 'Lamp' };
    const typed = await edit(blank.revision, { kind: 'set', cells: [cell] });
    expect(typed.counts).toMatchObject({ rows: 1, valid: 1, invalid: 0 });
    const half = await edit(typed.revision, {
      kind: 'set',
      cells: [{ ...cell, row: blank.rows[4].id, column: 'ean' }],
    });
    expect(half.counts).toMatchObject({ rows: 2, valid: 1, invalid: 1 });
    const cleared = await edit(half.revision, { kind: 'undo' });
    expect(cleared.counts).toMatchObject({ rows: 1, valid: 1, invalid: 0 });
    await uploadWith(upload.id, 'needs_review');
    await booted.call('POST', `/v1/uploads/${upload.id}/finish`, { body: { revision: cleared.revision } });
    expect((await uploadWith(upload.id, 'completed')).counts.delivered).toBe(1);
    const sent = peers
      .events()
      .filter(({ data, type }) => data.uploadId === upload.id && type === 'import.records');
    expect(sent.flatMap(({ data }) => ('rows' in data ? data.rows : []))).toHaveLength(1);
  });
});
