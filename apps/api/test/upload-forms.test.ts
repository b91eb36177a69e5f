import { connect } from 'node:net';
import { type ImportPeers, startImportPeers, waitFor } from '@inlet/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BootedInlet, bootInlet } from './boot-inlet.js';

let booted: BootedInlet;
let peers: ImportPeers;
let templateId: string;

beforeAll(async () => {
  [booted, peers] = await Promise.all([bootInlet(), startImportPeers()]);
  templateId = await createTemplate({ mode: 'manual' });
});
afterAll(() => Promise.all([booted.close(), peers.close()]));

const createTemplate = async (changes: object): Promise<string> =>
  (await booted.call('POST', '/v1/templates', { body: peers.templateInput(changes) })).json.id;

type Part = readonly [name: string, value: string | Blob, fileName?: string];

async function sendForm(parts: readonly Part[], headers: Readonly<Record<string, string>> = {}) {
  const form = new FormData();
  for (const [name, value, fileName] of parts)
    if (typeof value === 'string') form.append(name, value);
    else form.append(name, value, fileName);
  const response = await fetch(`${booted.inlet.address}/v1/uploads`, {
    method: 'POST',
    headers: { accesskey: booted.project.secretKey, ...headers },
    body: form,
  });
  return { status: response.status, headers: response.headers, json: await response.json() };
}

const file = (text: string) => new Blob([text]);
const fields = (): Part[] => [
  ['templateId', templateId],
  ['externalUserId', 'user-1'],
];
const listUploads = async (): Promise<{ id: string }[]> =>
  (await booted.call('GET', '/v1/uploads')).json.items;

describe('an upload as a form', () => {
  it('takes fields, and then several files that are read as one', async () => {
    const { status, json } = await sendForm([
      ...fields(),
      ['extra', '{"shop":7}'],
      ['file', file('Title,Price\nApple,1\n'), 'one.csv'],
      ['file', file(`Title,Price\n${'Bread,2\n'.repeat(50_000)}`), 'Täler.csv'],
    ]);
    expect(status).toBe(201);
    expect(json.files.map(({ name }: { name: string }) => name)).toEqual(['one.csv', 'Täler.csv']);
    const read = await waitFor(
      async () => (await booted.call('GET', `/v1/uploads/${json.id}`)).json,
      (upload) => upload.status === 'mapping',
    );
    // The headings are those of the first file.
    expect(read).toMatchObject({ isScanned: true, counts: { rows: 50_002 } });
  });

  it('is the upload of the same form if it is sent again with its key', async () => {
    const headers = { 'idempotency-key': 'form-1' };
    const parts: Part[] = [...fields(), ['file', file('Title\nApple\n'), 'one.csv']];
    const first = await sendForm(parts, headers);
    const again = await sendForm(parts, headers);
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    expect(again.json.id).toBe(first.json.id);
    const other = await sendForm([...fields(), ['label', 'Other']], headers);
    expect(other.json.code).toBe('idempotency_key_reused');
  });

  it('leaves nothing behind if a part is wrong or missing', async () => {
    const before = await listUploads();
    const csv: Part = ['file', file('Title\nApple\n'), 'one.csv'];
    const small = await createTemplate({ code: 'small', limits: { maxSourceBytes: 20_000 } });
    const answers = [
      await sendForm([...fields(), csv, ['label', 'Late']]),
      await sendForm([...fields(), ['picture', file('x'), 'x.png']]),
      await sendForm([...fields(), ['extra', '{shop']]),
      await sendForm([['templateId', templateId], csv]),
      await sendForm([...fields(), ...Array.from({ length: 21 }, () => csv)]),
      await sendForm([
        ['templateId', small],
        ['externalUserId', 'user-1'],
        csv,
        ['file', file('x'.repeat(30_000)), 'large.csv'],
      ]),
    ];
    expect(answers.map(({ status, json }) => [status, json.code, json.errors?.[0]])).toEqual([
      [400, 'invalid_request', { path: 'label', message: 'must come before the files' }],
      [400, 'invalid_request', expect.objectContaining({ path: 'picture' })],
      [400, 'invalid_request', { path: 'extra', message: 'is not valid JSON' }],
      [400, 'invalid_request', expect.objectContaining({ path: 'externalUserId' })],
      [409, 'upload_too_many_files', undefined],
      [413, 'upload_too_large', undefined],
    ]);
    await breakOff(before.length);
    const after = await waitFor(listUploads, (now) => now.length === before.length);
    expect(after.map(({ id }) => id)).toEqual(before.map(({ id }) => id));
  });
});

/** Sends a form whose connection ends in the middle of the file. */
async function breakOff(uploadsBefore: number): Promise<void> {
  const { hostname, port } = new URL(booted.inlet.address);
  const part = (name: string, value: string) =>
    `--edge\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
  const head = [
    'POST /v1/uploads HTTP/1.1',
    `host: ${hostname}:${port}`,
    `accesskey: ${booted.project.secretKey}`,
    'content-type: multipart/form-data; boundary=edge',
    'content-length: 100000',
  ];
  const socket = connect(Number(port), hostname);
  socket.write(`${head.join('\r\n')}\r\n\r\n${part('templateId', templateId)}`);
  socket.write(part('externalUserId', 'user-1'));
  const disposition = 'content-disposition: form-data; name="file"; filename="half.csv"';
  socket.write(`--edge\r\n${disposition}\r\n\r\nTitle\r\nApple\r\n`);
  await waitFor(listUploads, (now) => now.length > uploadsBefore);
  socket.destroy();
}
