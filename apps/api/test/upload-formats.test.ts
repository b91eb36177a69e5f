import { gzipSync } from 'node:zlib';
import { CFB, utils, write } from '@e965/xlsx';
import { type ImportPeers, startImportPeers, waitFor } from '@inlet/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BootedInlet, bootInlet } from './boot-inlet.js';
import { sendFileTo } from './upload-calls.js';

let booted: BootedInlet;
let peers: ImportPeers;
let templateId: string;

beforeAll(async () => {
  [booted, peers] = await Promise.all([bootInlet(), startImportPeers()]);
  const body = peers.templateInput({ mode: 'manual' });
  templateId = (await booted.call('POST', '/v1/templates', { body })).json.id;
});
afterAll(() => Promise.all([booted.close(), peers.close()]));

const HEADINGS = ['Title', 'Text', 'Price'];
const ROWS = [
  ['Apple', 'Rot & süß', 1.5],
  ['Bread', 'Brown', 2],
];
const CSV = [HEADINGS, ...ROWS].map((row) => row.join(',')).join('\n');

function workbook(bookType: 'xlsx' | 'xls' | 'xlsb' | 'ods'): Buffer {
  const book = utils.book_new();
  // The library does not write that a worksheet of an ODS file is hidden.
  const hasHidden = bookType !== 'ods';
  if (hasHidden) utils.book_append_sheet(book, utils.aoa_to_sheet([['secret']]), 'Hidden');
  utils.book_append_sheet(book, utils.aoa_to_sheet([HEADINGS, ...ROWS]), 'Products');
  if (hasHidden) book.Workbook = { Sheets: [{ Hidden: 1 }, { Hidden: 0 }] };
  return write(book, { type: 'buffer', bookType });
}

function container(names: readonly string[], content: string, fileType: 'cfb' | 'zip'): Buffer {
  const file = CFB.utils.cfb_new();
  for (const name of names) CFB.utils.cfb_add(file, `/${name}`, Buffer.from(content));
  if (fileType === 'zip') CFB.utils.cfb_del(file, '/\u0001Sh33tJ5');
  return Buffer.from(CFB.write(file, { type: 'buffer', fileType }) as Buffer);
}

const records = ROWS.map(([Title, Text, Price]) => ({ Title, Text, Price }));
const xml = records.map(
  (record) =>
    `<item>${Object.entries(record)
      .map(([name, value]) => `<${name}>${String(value).replace('&', '&amp;')}</${name}>`)
      .join('')}</item>`,
);

async function sendFile(name: string, bytes: string | Uint8Array) {
  const body = { templateId, externalUserId: `user of ${name}` };
  const { json: upload } = await booted.call('POST', '/v1/uploads', { body });
  await sendFileTo(booted, { uploadId: upload.id, name, bytes });
  return waitFor(
    async () => (await booted.call('GET', `/v1/uploads/${upload.id}`)).json,
    ({ status }) => status === 'mapping' || status === 'unreadable',
  );
}

describe('a file', () => {
  it.each([
    ['xlsx', 'xlsx', workbook('xlsx')],
    ['xls', 'xls', workbook('xls')],
    ['xlsb', 'xlsb', workbook('xlsb')],
    ['ods', 'ods', workbook('ods')],
    ['csv.gz', 'csv', gzipSync(CSV)],
    ['zip', 'csv', container(['products.csv'], CSV, 'zip')],
    ['json', 'json', JSON.stringify(records)],
    ['ndjson', 'ndjson', records.map((record) => JSON.stringify(record)).join('\n')],
    ['xml', 'xml', `<products>${xml.join('')}</products>`],
  ] as const)('of the kind %s is read up to its checked rows', async (ending, format, bytes) => {
    const upload = await sendFile(`products.${ending}`, bytes);
    expect(upload).toMatchObject({ status: 'mapping', files: [{ format }] });
    const { json: suggested } = await booted.call('GET', `/v1/uploads/${upload.id}/suggestions`);
    const { mapping } = suggested;
    await booted.call('PUT', `/v1/uploads/${upload.id}/mapping`, { body: { mapping } });
    await waitFor(
      async () => (await booted.call('GET', `/v1/uploads/${upload.id}`)).json,
      ({ status }) => status === 'needs_review',
    );
    const { json } = await booted.call('GET', `/v1/uploads/${upload.id}/rows`);
    expect(json.rows).toMatchObject([
      { cells: ['Apple', 'Rot & süß', '1.5'], issues: [] },
      { cells: ['Bread', 'Brown', '2'], issues: [] },
    ]);
  });

  it('that is protected by a password is named as such', async () => {
    const bytes = container(['EncryptionInfo', 'EncryptedPackage'], 'some content', 'cfb');
    const upload = await sendFile('protected.xlsx', bytes);
    expect(upload).toMatchObject({
      status: 'unreadable',
      error: { code: 'source_password_protected' },
      files: [{ error: { code: 'source_password_protected' } }],
    });
  });
});
