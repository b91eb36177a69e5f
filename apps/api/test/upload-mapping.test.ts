import { type ImportPeers, startImportPeers } from '@inlet/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BootedInlet, bootInlet } from './boot-inlet.js';
import { sendFileTo, uploadOf } from './upload-calls.js';

let booted: BootedInlet;
let peers: ImportPeers;

beforeAll(async () => {
  [booted, peers] = await Promise.all([bootInlet(), startImportPeers()]);
});
afterAll(() => Promise.all([booted.close(), peers.close()]));

const COLUMNS = [
  { key: 'name', name: 'Name' },
  {
    key: 'colour',
    name: 'Colour',
    type: 'select',
    allowNewOptions: true,
    options: [{ value: 'red', label: 'Signal red', alternatives: ['rot'] }, { value: 'green' }],
  },
  { key: 'sizes', name: 'Sizes', type: 'multi_select', options: [{ value: 'S' }, { value: 'M' }] },
];

const makeTemplate = async (changes: object = {}) => {
  const body = peers.templateInput({ mode: 'manual', columns: COLUMNS, ...changes });
  const { status, json } = await booted.call('POST', '/v1/templates', { body });
  expect(status).toBe(201);
  return json;
};

const uploadWith = (uploadId: string, status: string) => uploadOf(booted, uploadId, status);

/** An upload of a CSV file that can be mapped. */
async function readUpload(templateId: string, csv: string, externalUserId = 'user-1') {
  const created = await booted.call('POST', '/v1/uploads', { body: { templateId, externalUserId } });
  await sendFileTo(booted, { uploadId: created.json.id, name: 'a.csv', bytes: csv });
  return uploadWith(created.json.id, 'mapping');
}

const textsOf = async (uploadId: string, mapped: object) =>
  booted.call('POST', `/v1/uploads/${uploadId}/column-texts`, { body: { mapped } });

const map = (uploadId: string, mapping: object[]) =>
  booted.call('PUT', `/v1/uploads/${uploadId}/mapping`, { body: { mapping } });

const CSV = [
  'Name,Colour,Sizes',
  'A,ROT,"S, M"',
  'B,Gren,"S,large"',
  'C,Gren,large',
  'D,Teal,M',
  'E,,',
  'F,Signal Red,"large, tiny"',
].join('\n');

describe('values of columns with options', () => {
  it('are counted in the whole file, with the options that they name or resemble', async () => {
    const template = await makeTemplate();
    const upload = await readUpload(template.id, CSV);
    const colours = await textsOf(upload.id, { column: 'colour', path: 'Colour' });
    expect([colours.status, colours.json]).toEqual([
      200,
      {
        isComplete: true,
        distinct: 4,
        unknown: 2,
        texts: [
          { text: 'Gren', rows: 2, option: null, similar: 'green' },
          { text: 'Teal', rows: 1, option: null, similar: null },
          { text: 'ROT', rows: 1, option: 'red', similar: null },
          { text: 'Signal Red', rows: 1, option: 'red', similar: null },
        ],
      },
    ]);
    const sizes = await textsOf(upload.id, { column: 'sizes', path: 'Sizes' });
    expect(sizes.json.texts).toEqual([
      { text: 'large', rows: 3, option: null, similar: null },
      { text: 'tiny', rows: 1, option: null, similar: null },
      { text: 'S', rows: 2, option: 'S', similar: null },
      { text: 'M', rows: 2, option: 'M', similar: null },
    ]);
    const unknown = await textsOf(upload.id, { column: 'colour', path: 'Color' });
    expect([unknown.status, unknown.json.code]).toEqual([422, 'mapping_path_unknown']);
    const noColumn = await textsOf(upload.id, { column: 'other', path: 'Colour' });
    expect(noColumn.json.code).toBe('mapping_column_unknown');
  });

  it('are mapped one by one, and added as options if the column allows it', async () => {
    const template = await makeTemplate();
    const upload = await readUpload(template.id, CSV);
    const mapValues = (from: string, to: string) => ({ kind: 'map_values', values: [{ from, to }] });
    const sizes = { column: 'sizes', path: 'Sizes', transforms: [mapValues('large', 'M')] };
    const refused = await map(upload.id, [{ ...sizes, newOptions: ['tiny'] }]);
    expect([refused.status, refused.json.errors]).toMatchObject([400, [{ path: 'mapping.0.newOptions' }]]);
    await map(upload.id, [
      { column: 'name', path: 'Name' },
      {
        column: 'colour',
        path: 'Colour',
        transforms: [mapValues('Gren', 'green')],
        newOptions: ['Teal', 'red'],
      },
      sizes,
    ]);
    const checked = await uploadWith(upload.id, 'needs_review');
    expect(checked.counts).toMatchObject({ rows: 6, valid: 5, invalid: 1 });
    const { json: invalid } = await booted.call('GET', `/v1/uploads/${upload.id}/rows?view=invalid`);
    expect(invalid.rows).toMatchObject([{ cells: ['F', 'Signal Red', 'M, tiny'] }]);
    const edited = await booted.call('PATCH', `/v1/uploads/${upload.id}/rows`, {
      body: {
        baseRevision: checked.revision,
        operations: [{ kind: 'set', cells: [{ row: invalid.rows[0].id, column: 'sizes', text: 'S' }] }],
      },
    });
    await booted.call('POST', `/v1/uploads/${upload.id}/finish`, {
      body: { revision: edited.json.revision },
    });
    await uploadWith(upload.id, 'completed');
    const [batch] = peers.events().filter(({ data }) => data.uploadId === upload.id);
    expect(batch).toMatchObject({
      data: {
        newOptions: { colour: ['Teal'] },
        rows: [
          { values: { colour: 'red', sizes: ['S', 'M'] } },
          { values: { colour: 'green', sizes: ['S', 'M'] } },
          { values: { colour: 'green', sizes: ['M'] } },
          { values: { colour: 'Teal', sizes: ['M'] } },
          { values: { colour: null } },
          { values: { colour: 'red', sizes: ['S'] } },
        ],
      },
    });
  });
});

const suggestionsFor = async (upload: { id: string }) =>
  (await booted.call('GET', `/v1/uploads/${upload.id}/suggestions`)).json;

const setSharing = (shareMappings: boolean) =>
  booted.call('PATCH', '/v1/project', { body: { shareMappings } });

describe('the mapping of a file', () => {
  const MAPPING = [
    { column: 'name', path: 'Colour' },
    {
      column: 'colour',
      path: 'Name',
      transforms: [
        {
          kind: 'map_values',
          otherwise: 'keep',
          values: [
            { from: 'A', to: 'red' },
            { from: 'B', to: 'green' },
          ],
        },
      ],
      newOptions: ['C'],
    },
  ];

  it('is recalled for the next file with the same headings, in any order, of the same user', async () => {
    const template = await makeTemplate();
    const first = await readUpload(template.id, CSV);
    expect((await suggestionsFor(first)).remembered).toBeNull();
    expect((await map(first.id, MAPPING)).status).toBe(200);
    const again = await readUpload(template.id, 'Sizes,Colour,Name\nS,red,A\n');
    expect((await suggestionsFor(again)).remembered).toEqual({
      mapping: MAPPING,
      customColumns: [],
      at: expect.any(String),
      isOwn: true,
    });
    expect((await suggestionsFor(again)).mapping).not.toEqual(MAPPING);
    const others = await readUpload(template.id, 'Name,Colour\nA,red\n');
    expect((await suggestionsFor(others)).remembered).toBeNull();
  });

  it('is recalled for other users only if the project shares mappings', async () => {
    const template = await makeTemplate();
    await map((await readUpload(template.id, CSV)).id, MAPPING);
    const upload = await readUpload(template.id, CSV, 'user-2');
    expect((await suggestionsFor(upload)).remembered).toBeNull();
    expect((await setSharing(true)).json.shareMappings).toBe(true);
    expect((await suggestionsFor(upload)).remembered).toMatchObject({ mapping: MAPPING, isOwn: false });
    await setSharing(false);
  });

  it('is recalled without what the template no longer has, and not after its job was deleted', async () => {
    const template = await makeTemplate();
    const first = await readUpload(template.id, CSV);
    await map(first.id, MAPPING);
    const upload = await readUpload(template.id, CSV);
    const colour = { key: 'colour', name: 'Colour', type: 'select', options: [{ value: 'red' }] };
    await booted.call('PATCH', `/v1/templates/${template.id}`, { body: { columns: [colour] } });
    expect((await suggestionsFor(upload)).remembered.mapping).toEqual([
      {
        column: 'colour',
        path: 'Name',
        transforms: [{ kind: 'map_values', otherwise: 'keep', values: [{ from: 'A', to: 'red' }] }],
      },
    ]);
    await booted.call('DELETE', `/v1/import-jobs/${first.jobId}`);
    const later = await readUpload(template.id, CSV);
    expect((await suggestionsFor(later)).remembered).toBeNull();
  });

  it('has its headings in the rows that were chosen for the last file of this shape', async () => {
    const template = await makeTemplate();
    const csv = 'Name,Colour\nLamp,red\nTable,green\n';
    const first = await readUpload(template.id, csv);
    const [file] = first.files;
    await booted.call('PUT', `/v1/uploads/${first.id}/header`, {
      body: { fileId: file.id, row: 1, rows: 2 },
    });
    const again = await readUpload(template.id, csv);
    expect(again.header).toEqual({ fileId: again.files[0].id, row: 1, rows: 2 });
    expect((await readUpload(template.id, csv, 'user-2')).header).toMatchObject({ row: 1, rows: 1 });
  });
});

describe('further columns of a file', () => {
  it('are delivered by their headings if the template allows it, and compared with those of other files', async () => {
    const template = await makeTemplate({ allowCustomColumns: true, identity: ['name'] });
    const choose = (uploadId: string, customColumns: string[]) =>
      booted.call('PUT', `/v1/uploads/${uploadId}/mapping`, {
        body: { mapping: [{ column: 'name', path: 'Name' }], customColumns },
      });
    const send = async (csv: string) => {
      const { id } = await readUpload(template.id, csv);
      const unknown = await choose(id, ['Weight', 'Length']);
      expect([unknown.json.code, unknown.json.errors[0].path]).toEqual([
        'mapping_path_unknown',
        'customColumns.1',
      ]);
      const chosen = ['Weight', 'Old "note"'];
      expect((await choose(id, chosen)).json.customColumns).toEqual(chosen);
      const { revision } = await uploadWith(id, 'needs_review');
      await booted.call('POST', `/v1/uploads/${id}/finish`, { body: { revision } });
      await uploadWith(id, 'completed');
      const sent = peers.events().filter(({ data }) => data.uploadId === id);
      return sent.flatMap(({ data }) => ('rows' in data ? data.rows : []));
    };
    const first = await send('Name,Weight,"Old ""note"""\nA, 5 kg ,"says ""no"""\nB,,\nC,007,x\n');
    expect(first).toMatchObject([
      { values: { name: 'A' }, custom: { Weight: '5 kg', 'Old "note"': 'says "no"' } },
      { values: { name: 'B' } },
      { values: { name: 'C' }, custom: { Weight: '007', 'Old "note"': 'x' } },
    ]);
    expect(first[1]).not.toHaveProperty('custom');
    const second = await send('Name,Weight,"Old ""note"""\nA,6 kg,"says ""no"""\nB,,\nC,007,x\n');
    expect(second).toMatchObject([{ change: 'updated', custom: { Weight: '6 kg' } }]);
    const next = await readUpload(template.id, 'Weight,Name,"Old ""note"""\n1,A,x\n');
    expect((await suggestionsFor(next)).remembered.customColumns).toEqual(['Weight', 'Old "note"']);

    const other = await readUpload((await makeTemplate()).id, 'Name,Weight\nA,1\n');
    const refused = await choose(other.id, ['Weight']);
    expect([refused.status, refused.json.errors]).toMatchObject([400, [{ path: 'customColumns' }]]);
  });
});
