import { startImportPeers, waitFor } from '@inlet/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BootedInlet, bootInlet } from './boot-inlet.js';
import { widgetClient } from './widget-client.js';

let booted: BootedInlet;
let peers: Awaited<ReturnType<typeof startImportPeers>>;
let templateId: string;

beforeAll(async () => {
  [booted, peers] = await Promise.all([bootInlet(), startImportPeers()]);
  templateId = (await post('/v1/templates', peers.templateInput({ mode: 'manual' }))).json.id;
});
afterAll(() => Promise.all([booted.close(), peers.close()]));

const post = (path: string, body: unknown, key?: null) =>
  booted.call('POST', path, { body, ...(key === null && { key }) });

async function uploadToReview(): Promise<string> {
  const rows = [{ title: 'Apple', price: 'much' }];
  const { json } = await post('/v1/uploads', { templateId, externalUserId: 'user-1', rows });
  await waitFor(
    async () => (await booted.call('GET', `/v1/uploads/${json.id}`)).json,
    (upload) => upload.status === 'needs_review',
  );
  return json.id;
}

const linkTo = async (uploadId: string, body: object = {}) => {
  const { status, json } = await post(`/v1/uploads/${uploadId}/review-links`, body);
  expect(status).toBe(201);
  const [address = '', token = ''] = String(json.url).split('#');
  return { ...json, address, token };
};

const open = (token: string) => post('/widget/v1/sessions/review', { token }, null);

describe('a review link', () => {
  it('opens its upload, and nothing else, until the rows are finished', async () => {
    const uploadId = await uploadToReview();
    const otherId = await uploadToReview();
    const link = await linkTo(uploadId);
    expect(Date.parse(link.expiresAt) - Date.now()).toBeGreaterThan(6.9 * 86_400_000);
    const { status, json } = await open(link.token);
    expect([status, json]).toMatchObject([201, { reviewUploadId: uploadId, externalUserId: 'user-1' }]);
    const { call } = widgetClient(booted, json.sessionToken);
    const path = `/uploads/${uploadId}`;
    const { json: shown } = await call('GET', `${path}/rows`);
    expect(shown.rows).toMatchObject([{ id: 1, cells: ['Apple', null, 'much'] }]);

    const closed = [
      ['GET', '/uploads'],
      ['POST', '/uploads'],
      ['GET', `/uploads/${otherId}`],
      ['GET', `/uploads/${otherId}/rows`],
      ['POST', `/uploads/${otherId}/finish`],
      ['DELETE', path],
      ['POST', `${path}/files?name=x.csv`],
      ['GET', '/jobs'],
      ['POST', '/jobs'],
      ['POST', '/outline'],
      ['POST', '/data'],
    ] as const;
    for (const [method, address] of closed) {
      const answer = await call(method, address, method === 'GET' ? undefined : {});
      expect([method, address, answer.status, answer.json.code]).toEqual([
        method,
        address,
        403,
        'not_permitted',
      ]);
    }

    const set = { kind: 'set', cells: [{ row: 1, column: 'price', text: '2' }] };
    const { json: edited } = await call('PATCH', `${path}/rows`, {
      baseRevision: shown.revision,
      operations: [set],
    });
    const finished = await call('POST', `${path}/finish`, { revision: edited.revision });
    expect([finished.status, finished.json.status]).toEqual([200, 'delivering']);
    await waitFor(
      async () => (await call('GET', path)).json,
      (upload) => upload.status === 'completed',
    );
    expect((await call('GET', `/runs/${finished.json.runIds[0]}`)).json.counts.rowsAcknowledged).toBe(1);
    expect((await open(link.token)).json.code).toBe('review_link_invalid');
    expect((await post(`/v1/uploads/${uploadId}/review-links`, {})).json.code).toBe('upload_closed');
  });

  it('ends at once when the host removes it, and is kept as a hash only', async () => {
    const uploadId = await uploadToReview();
    const link = await linkTo(uploadId, { days: 30 });
    const { call } = widgetClient(booted, (await open(link.token)).json.sessionToken);
    expect((await call('GET', `/uploads/${uploadId}`)).status).toBe(200);
    const stored = await booted.inlet.context.store.uploads.get({
      projectId: booted.project.projectId,
      uploadId,
    });
    expect(JSON.stringify(stored)).not.toContain(link.token);
    expect((await booted.call('GET', `/v1/uploads/${uploadId}`)).text).not.toContain('tokenHash');
    expect((await booted.call('DELETE', `/v1/uploads/${uploadId}/review-links`)).status).toBe(204);
    expect((await call('GET', `/uploads/${uploadId}`)).json.code).toBe('review_link_invalid');
    expect((await open(link.token)).status).toBe(404);
    expect((await open('x'.repeat(43))).status).toBe(404);
    expect((await post(`/v1/uploads/${uploadId}/review-links`, { days: 31 })).status).toBe(400);
  });

  it('leads to a page that no site can frame, and that tells nobody its address', async () => {
    const { headers } = await booted.call('GET', '/review', { key: null });
    expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
    expect(headers.get('x-frame-options')).toBe('DENY');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('cache-control')).toBe('no-store');
  });
});
