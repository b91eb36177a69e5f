import { type ImportPeers, startImportPeers, waitFor } from '@inlet/testing';
import ExcelJs from 'exceljs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BootedInlet, bootInlet } from './boot-inlet.js';
import { uploadOf } from './upload-calls.js';
import { ORIGIN, openWidget } from './widget-client.js';

let booted: BootedInlet;
let peers: ImportPeers;

beforeAll(async () => {
  [booted, peers] = await Promise.all([bootInlet(), startImportPeers()]);
});
afterAll(() => Promise.all([booted.close(), peers.close()]));

const post = (path: string, body: unknown) => booted.call('POST', path, { body });
const get = async (path: string) => (await booted.call('GET', path)).json;

const raw = (path: string, options: RequestInit = {}) =>
  fetch(booted.inlet.address + path, {
    ...options,
    headers: { accesskey: booted.project.secretKey, 'content-type': 'application/octet-stream' },
  });

const CSV =
  'Title,Text,Price\nApple,=HYPERLINK("x"),1.50\nBread,"Two\r\nlines, ""quoted""",much\nCheese,\'-5 + =1,698.20\n';

/** An upload whose rows are checked. */
async function reviewed(files: Readonly<Record<string, string>>, changes: object = {}) {
  const { json: template } = await post('/v1/templates', peers.templateInput({ mode: 'manual', ...changes }));
  const form = new FormData();
  form.append('templateId', template.id);
  form.append('externalUserId', 'user-1');
  form.append('label', 'Äpfel');
  for (const [name, text] of Object.entries(files)) form.append('file', new Blob([text]), name);
  const sent = await fetch(`${booted.inlet.address}/v1/uploads`, {
    method: 'POST',
    headers: { accesskey: booted.project.secretKey },
    body: form,
  });
  const { id } = (await sent.json()) as { id: string };
  const path = `/v1/uploads/${id}`;
  await uploadOf(booted, id, 'mapping');
  const { mapping } = await get(`${path}/suggestions`);
  await booted.call('PUT', `${path}/mapping`, { body: { mapping } });
  return { path, upload: await uploadOf(booted, id, 'needs_review') };
}

const correct = async (path: string, name: string, bytes: string | ArrayBuffer) => {
  const response = await raw(`${path}/corrections?name=${encodeURIComponent(name)}`, {
    method: 'POST',
    body: bytes,
  });
  return { status: response.status, json: await response.json() };
};

const edit = (path: string, baseRevision: number, ...operations: object[]) =>
  booted.call('PATCH', `${path}/rows`, { body: { baseRevision, operations } });

const set = (row: number, column: string, text: string) => ({ kind: 'set', cells: [{ row, column, text }] });

const cellsOf = async (path: string) =>
  (await get(`${path}/rows`)).rows.map(({ cells }: { cells: unknown }) => cells);

describe('a file of an upload', () => {
  it('comes back as it was sent', async () => {
    const { path, upload } = await reviewed({ 'Preise "neu".csv': CSV });
    const response = await raw(`${path}/files/${upload.files[0].id}/content`);
    expect(await response.text()).toBe(CSV);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-length': String(CSV.length),
      'content-type': 'application/octet-stream',
      'x-content-type-options': 'nosniff',
      'content-disposition': expect.stringMatching(/^attachment; filename="Preise .*\.csv"/),
    });
    expect((await raw(`${path}/files/fil_x/content`)).status).toBe(404);
  });
});

describe('rows of an upload', () => {
  it('are downloaded as CSV without formulas, corrected, and undone by one step', async () => {
    const { path, upload } = await reviewed({ 'prices.csv': CSV });
    const response = await raw(`${path}/download?view=all&format=csv`);
    const name = `Äpfel all r${upload.revision}.csv`;
    expect(response.headers.get('content-disposition')).toContain(encodeURIComponent(name));
    const text = Buffer.from(await response.arrayBuffer()).toString('utf8');
    expect(text).toBe(
      '\uFEFFRow,Title,Text,Price\r\n' +
        '2,Apple,"\'=HYPERLINK(""x"")",1.50\r\n' +
        '3,Bread,"Two\r\nlines, ""quoted""",much\r\n' +
        "5,Cheese,''-5 + =1,698.20\r\n",
    );
    const before = await cellsOf(path);
    expect((await correct(path, name, text)).json).toMatchObject({ cells: 0, revision: upload.revision });

    const edited = `${text.replace('much', '2').replace('Apple', 'Pear')}99,Nobody,,1\r\n`;
    const { status, json } = await correct(
      path,
      name,
      edited
        .replace('Row,', 'Colour,Row,')
        .replaceAll('\r\n', '\r\n,')
        .slice(0, -1)
        .replace('\r\n,lines', '\r\nlines'),
    );
    expect([status, json]).toMatchObject([
      200,
      {
        cells: 2,
        counts: { valid: 3, invalid: 0 },
        conflicts: [],
        unmatchedRows: 1,
        unmatchedExamples: ['99'],
        unknownColumns: ['Colour'],
      },
    ]);
    expect((await cellsOf(path))[0][0]).toBe('Pear');
    await edit(path, json.revision, { kind: 'undo' });
    expect(await cellsOf(path)).toEqual(before);
  });

  it('keep what others have changed since the download', async () => {
    const { path, upload } = await reviewed({ 'prices.csv': CSV });
    const text = await (await raw(`${path}/download`)).text();
    const { json: changed } = await edit(
      path,
      upload.revision,
      set(2, 'title', 'Plum'),
      set(4, 'title', 'Feta'),
    );
    const file = text.replace('Apple', 'Pear').replace('much', '3');
    const { json } = await correct(path, `Äpfel all r${upload.revision} (1).csv`, file);
    expect(json).toMatchObject({ cells: 2, conflicts: [{ row: 2, column: 'title', text: 'Plum' }] });
    expect(json.revision).toBe(changed.revision + 1);
    expect(await cellsOf(path)).toMatchObject([{ 0: 'Plum' }, { 0: 'Bread', 2: '3' }, { 0: 'Feta' }]);
  });

  it('are downloaded as XLSX with their issues, and corrected in it', async () => {
    const { path, upload } = await reviewed({ 'prices.csv': CSV });
    const response = await raw(`${path}/download?view=invalid&format=xlsx`);
    const workbook = new ExcelJs.Workbook();
    await workbook.xlsx.load(await response.arrayBuffer());
    const sheet = workbook.worksheets[0]!;
    expect(sheet.rowCount).toBe(2);
    const price = sheet.getCell('D2');
    expect([sheet.getCell('A2').value, price.text]).toEqual([3, 'much']);
    expect(JSON.stringify(price.note)).toMatch(/number/i);
    expect(price.fill).toMatchObject({ type: 'pattern' });
    price.value = 7.5;
    const bytes = (await workbook.xlsx.writeBuffer()) as ArrayBuffer;
    const { json } = await correct(path, `x r${upload.revision}.xlsx`, bytes);
    expect(json).toMatchObject({ cells: 1, counts: { invalid: 0 } });
    expect((await cellsOf(path))[1]).toEqual(['Bread', 'Two\r\nlines, "quoted"', '7.5']);
  });

  it('are downloaded once, without a session, through a link of the widget', async () => {
    const { path, upload } = await reviewed({ 'prices.csv': CSV });
    await booted.inlet.context.store.projects.updateSettings(booted.project.projectId, {
      allowedOrigins: [ORIGIN],
      isDevelopment: false,
    });
    const { project } = booted;
    const widget = await openWidget(booted, { project, template: upload.templateId, user: 'user-1' });
    const links = `/uploads/${upload.id}/download-links`;
    const { status, json } = await widget.call('POST', links, { view: 'invalid' });
    expect(status).toBe(201);
    const follow = (token: string) => booted.call('GET', `/widget/v1/downloads/${token}`, { key: null });
    expect((await follow(json.token)).text).toContain('\r\n3,Bread,');
    expect((await follow(json.token)).json.code).toBe('session_expired');
    expect((await follow(widget.sessionToken)).json.code).toBe('session_invalid');
    const other = await openWidget(booted, { project, template: upload.templateId, user: 'user-2' });
    expect((await other.call('POST', links, {})).status).toBe(404);
    expect((await booted.call('GET', path)).json.status).toBe('needs_review');
  });

  it('of several files are told apart, and so are those that people added', async () => {
    const files = { 'one.csv': 'Title,Price\nApple,1\n', 'two.csv': 'Title,Price\nBread,x\n' };
    const { path, upload } = await reviewed(files);
    const { json: added } = await edit(path, upload.revision, { kind: 'insert', before: null, rows: 1 });
    const [{ id }] = added.rows;
    await edit(path, added.revision, set(id, 'title', 'Plum'));
    const text = await (await raw(`${path}/download`)).text();
    expect(text).toBe(
      `Row,Title,Text,Price\r\none.csv: 2,Apple,,1\r\ntwo.csv: 2,Bread,,x\r\n#${id},Plum,,\r\n`,
    );
    const file = text.replace('x\r\n', '2\r\n').replace('Plum,,', 'Plum,,3');
    expect((await correct(path, 'x.csv', file)).json).toMatchObject({ cells: 2, counts: { valid: 3 } });
  });

  it('cannot be corrected by a file that does not name them', async () => {
    const { path } = await reviewed({ 'prices.csv': CSV });
    const { status, json } = await correct(path, 'x.csv', CSV);
    expect([status, json.code]).toEqual([422, 'corrections_without_rows']);
  });
});

describe('the plan of a finish', () => {
  it('counts what is then sent, by the identity columns of the template', async () => {
    const template = { identity: ['title'] };
    const first = await reviewed({ 'one.csv': 'Title,Text,Price\nApple,Red,1\nBread,,2\n' }, template);
    const { revision, templateId } = first.upload;
    expect(await get(`${first.path}/plan`)).toEqual({
      ...{ revision, created: 2, updated: 0, unchanged: 0, blankWouldClear: 0 },
    });
    await post(`${first.path}/finish`, { revision });
    await waitFor(
      () => get(first.path),
      (upload) => upload.status === 'completed',
    );
    const rows = [
      { title: 'Apple', price: '1' },
      { title: 'Bread', price: '2' },
      { title: 'Cheese', price: '3' },
      { title: 'Dates', price: 'x' },
    ];
    const { json } = await post('/v1/uploads', { templateId, externalUserId: 'user-1', rows });
    await waitFor(
      () => get(`/v1/uploads/${json.id}`),
      (upload) => upload.status === 'needs_review',
    );
    const plan = await get(`/v1/uploads/${json.id}/plan`);
    expect(plan).toMatchObject({ created: 1, updated: 1, unchanged: 1, blankWouldClear: 1 });
  });
});

describe('an answer that takes longer than a request may', () => {
  it('is not cut off', async () => {
    const slow = await bootInlet({ INLET_REQUEST_TIMEOUT_SECONDS: '1' });
    try {
      const { json: template } = await slow.call('POST', '/v1/templates', { body: peers.templateInput() });
      const input = { templateId: template.id, externalUserId: 'user-1' };
      const { json: upload } = await slow.call('POST', '/v1/uploads', { body: input });
      const begun = Date.now();
      const events = slow.call('GET', `/v1/uploads/${upload.id}/events`);
      await waitFor(Date.now, (now) => now > begun + 2000);
      await slow.call('POST', `/v1/uploads/${upload.id}/cancel`);
      expect((await events).text).toContain('"status":"cancelled"');
    } finally {
      await slow.close();
    }
  });
});
