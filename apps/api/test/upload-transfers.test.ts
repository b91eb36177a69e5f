import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { gzipSync } from 'node:zlib';
import { type ImportPeers, seededRandom, startImportPeers, waitFor } from '@inlet/testing';
import { createProject } from '@inlet/workflow';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BootedInlet, bootInlet } from './boot-inlet.js';

let booted: BootedInlet;
let peers: ImportPeers;
let templateId: string;

beforeAll(async () => {
  [booted, peers] = await Promise.all([bootInlet(), startImportPeers()]);
  const body = peers.templateInput({ mode: 'manual', limits: { maxSourceBytes: 3_000_000 } });
  templateId = (await booted.call('POST', '/v1/templates', { body })).json.id;
});
afterAll(() => Promise.all([booted.close(), peers.close()]));

/** A CSV file of some megabytes. */
const CSV = Buffer.from(
  `Title,Text,Price\n${Array.from({ length: 60_000 }, (_, row) => `Berth ${row},"A, ${row}",${row}.50\n`).join('')}`,
);
const METADATA = (uploadId: string) =>
  `uploadId ${Buffer.from(uploadId).toString('base64')},filename ${Buffer.from('Müller.csv').toString('base64')}`;

let users = 0;
async function beginUpload(): Promise<string> {
  const body = { templateId, externalUserId: `user-${users++}` };
  return (await booted.call('POST', '/v1/uploads', { body })).json.id;
}

const headersOf = (headers: object) => ({
  accesskey: booted.project.secretKey,
  'tus-resumable': '1.0.0',
  ...headers,
});
const BYTES = { 'content-type': 'application/offset+octet-stream' };
const endpoint = () => `${booted.inlet.address}/v1/uploads/files`;

const send = (method: string, address: string, headers: object, body?: Uint8Array) =>
  fetch(address, { method, headers: headersOf(headers), body: body as BodyInit });

async function beginTransfer(uploadId: string, headers: object = { 'upload-length': String(CSV.length) }) {
  const response = await send('POST', endpoint(), { 'upload-metadata': METADATA(uploadId), ...headers });
  const address = new URL(response.headers.get('location') ?? '', endpoint()).href;
  return { response, address };
}

const patch = (address: string, offset: number, body: Uint8Array, headers: object = {}) =>
  send('PATCH', address, { ...BYTES, 'upload-offset': String(offset), ...headers }, body);

const offsetOf = async (address: string) =>
  Number((await send('HEAD', address, {})).headers.get('upload-offset'));

/** A request that has sent some bytes of its body, and keeps the connection open. */
async function sendPart(address: string, offset: number, bytes: Buffer, length: number) {
  const headers = headersOf({ ...BYTES, 'upload-offset': offset, 'content-length': length });
  const request = httpRequest(address, { method: 'PATCH', headers });
  request.on('error', () => {});
  request.write(bytes);
  await once(request, 'socket');
  return request;
}

const uploadWith = async (uploadId: string, status: string) => {
  const read = async () => (await booted.call('GET', `/v1/uploads/${uploadId}`)).json;
  return waitFor(read, (upload) => upload.status === status);
};

/** The digest of the only file of an upload, once it is known. */
async function digested(uploadId: string): Promise<string> {
  const read = async () => (await booted.call('GET', `/v1/uploads/${uploadId}`)).json;
  return (await waitFor(read, ({ files: [file] }) => file.sha256 !== null)).files[0].sha256;
}

const SHA256 = createHash('sha256').update(CSV).digest('hex');

describe('a resumable transfer', () => {
  it('stores a file in several requests, and its rows are read', async () => {
    const uploadId = await beginUpload();
    const { response, address } = await beginTransfer(uploadId);
    expect([response.status, response.headers.get('tus-resumable')]).toEqual([201, '1.0.0']);
    expect(response.headers.get('location')).toMatch(/^files\/upl_\w+\.fil_\w+$/);
    expect(await offsetOf(address)).toBe(0);
    const first = await patch(address, 0, CSV.subarray(0, 700_000));
    expect([first.status, first.headers.get('upload-offset')]).toEqual([204, '700000']);
    expect(await offsetOf(address)).toBe(700_000);
    const last = await patch(address, 700_000, CSV.subarray(700_000));
    expect([last.status, last.headers.get('upload-offset')]).toEqual([204, String(CSV.length)]);
    const upload = await uploadWith(uploadId, 'mapping');
    expect(await digested(uploadId)).toBe(SHA256);
    expect(upload.files).toMatchObject([
      { name: 'Müller.csv', sizeBytes: CSV.length, receivedBytes: CSV.length },
    ]);
    expect(upload.counts.rows).toBe(60_001);
  });

  it('stores the bytes of the file if a request packs its part', async () => {
    const uploadId = await beginUpload();
    const { address } = await beginTransfer(uploadId);
    const packed = { 'content-encoding': 'gzip' };
    const half = CSV.length >> 1;
    const first = await patch(address, 0, gzipSync(CSV.subarray(0, half)), packed);
    expect([first.status, first.headers.get('upload-offset')]).toEqual([204, String(half)]);
    const damaged = await patch(address, half, gzipSync(CSV.subarray(half)).subarray(0, 30_000), packed);
    expect([damaged.status, (await damaged.json()).code]).toEqual([400, 'upload_interrupted']);
    const other = await patch(address, half, CSV.subarray(half), { 'content-encoding': 'br' });
    expect([other.status, (await other.json()).code]).toEqual([415, 'unsupported_media_type']);
    const attacked = await beginTransfer(await beginUpload());
    const bomb = await patch(attacked.address, 0, gzipSync(Buffer.alloc(50_000_000)), packed);
    expect([bomb.status, (await bomb.json()).code]).toEqual([413, 'upload_too_large']);
    const offset = await offsetOf(address);
    expect(offset).toBeGreaterThanOrEqual(half);
    expect((await patch(address, offset, gzipSync(CSV.subarray(offset)), packed)).status).toBe(204);
    await uploadWith(uploadId, 'mapping');
    expect(await digested(uploadId)).toBe(SHA256);
  });

  it('accepts a size that is known at the end', async () => {
    const uploadId = await beginUpload();
    const { address } = await beginTransfer(uploadId, { 'upload-defer-length': '1' });
    await patch(address, 0, CSV.subarray(0, 300_000));
    const head = await send('HEAD', address, {});
    expect([head.headers.get('upload-defer-length'), head.headers.get('upload-length')]).toEqual(['1', null]);
    const length = { 'upload-length': String(CSV.length) };
    expect((await patch(address, 300_000, CSV.subarray(300_000), length)).status).toBe(204);
    await uploadWith(uploadId, 'mapping');
    expect(await digested(uploadId)).toBe(SHA256);
  });

  it('keeps the bytes that came before the connection broke', async () => {
    const { address } = await beginTransfer(await beginUpload());
    const request = await sendPart(address, 0, CSV.subarray(0, 500_000), CSV.length);
    await waitFor(
      async () => (await booted.inlet.context.store.files.size(fileOf(address))) > 0,
      (isStored) => isStored,
    );
    request.destroy();
    await waitFor(
      () => offsetOf(address),
      (offset) => offset === 500_000,
    );
    expect((await patch(address, 500_000, CSV.subarray(500_000))).status).toBe(204);
  });

  it('goes on in a new request while the old one still waits for bytes', async () => {
    const { address } = await beginTransfer(await beginUpload());
    const request = await sendPart(address, 0, CSV.subarray(0, 400_000), CSV.length);
    await waitFor(
      async () => (await booted.inlet.context.store.files.size(fileOf(address))) > 0,
      (isStored) => isStored,
    );
    const begun = Date.now();
    expect(await offsetOf(address)).toBe(400_000);
    expect(Date.now() - begun).toBeLessThan(3000);
    expect((await patch(address, 400_000, CSV.subarray(400_000))).status).toBe(204);
    request.destroy();
  });

  it('stores one of two requests that send bytes for the same place', async () => {
    const { address } = await beginTransfer(await beginUpload());
    const random = seededRandom(3);
    const answers = await Promise.all(
      [1, 2].map(async () => (await patch(address, 0, random.bytes(600_000))).status),
    );
    expect(answers.toSorted()).toEqual([204, 409]);
    expect(await offsetOf(address)).toBe(600_000);
  });

  it.each<[string, () => Promise<Response>, number, string]>([
    [
      'bytes for another place',
      async () => patch((await beginTransfer(await beginUpload())).address, 5, CSV),
      409,
      'upload_offset_wrong',
    ],
    [
      'a file that is too large',
      async () => (await beginTransfer(await beginUpload(), { 'upload-length': '3000001' })).response,
      413,
      'upload_too_large',
    ],
    [
      'more bytes than the file has',
      async () => patch((await beginTransfer(await beginUpload(), { 'upload-length': '5' })).address, 0, CSV),
      413,
      'upload_too_large',
    ],
    [
      'an upload that is unknown',
      async () => (await beginTransfer('upl_unknown')).response,
      404,
      'upload_not_found',
    ],
    [
      'a file that is unknown',
      async () => patch(`${endpoint()}/${await beginUpload()}.fil_1`, 0, CSV),
      404,
      'upload_file_not_found',
    ],
    [
      'requests of another protocol',
      async () => send('POST', endpoint(), { 'tus-resumable': '0.2.0' }),
      400,
      'invalid_request',
    ],
    ['no upload', async () => send('POST', endpoint(), { 'upload-length': '5' }), 404, 'upload_not_found'],
    [
      'a wrong key',
      async () => {
        const { address } = await beginTransfer(await beginUpload());
        return send('PATCH', address, { ...BYTES, 'upload-offset': '0', accesskey: 'wrong' }, CSV);
      },
      401,
      'key_unknown',
    ],
  ])('refuses %s with a problem', async (_, act, status, code) => {
    const response = await act();
    expect([response.status, (await response.json()).code]).toEqual([status, code]);
    expect(response.headers.get('content-type')).toContain('application/problem+json');
  });

  it('is hidden from other projects', async () => {
    const { address } = await beginTransfer(await beginUpload());
    const stranger = await createProject(booted.inlet.context, { name: 'Other' });
    const response = await send('HEAD', address, { accesskey: stranger.secretKey });
    expect(response.status).toBe(404);
  });
});

function fileOf(address: string) {
  const [uploadId = '', fileId = ''] = address.split('/').at(-1)?.split('.') ?? [];
  return { projectId: booted.project.projectId, uploadId, fileId };
}
