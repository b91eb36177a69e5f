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

const DAY_MS = 86_400_000;
const CSV = 'Title,Text,Price\nApple,Red,1\n';
const post = async (path: string, body: unknown = {}) => (await booted.call('POST', path, { body })).json;
const get = async (path: string) => (await booted.call('GET', path)).json;
const createTemplate = () => post('/v1/templates', peers.templateInput({ mode: 'manual' }));

/** An upload of a file whose rows are checked. */
async function reviewed(templateId: string, externalUserId: string) {
  const upload = await post('/v1/uploads', { templateId, externalUserId });
  await sendFileTo(booted, { uploadId: upload.id, name: 'rows.csv', bytes: CSV });
  await uploadOf(booted, upload.id, 'mapping');
  const { mapping } = await get(`/v1/uploads/${upload.id}/suggestions`);
  await booted.call('PUT', `/v1/uploads/${upload.id}/mapping`, { body: { mapping } });
  return uploadOf(booted, upload.id, 'needs_review');
}

async function finish({ id, revision }: { id: string; revision: number }) {
  await post(`/v1/uploads/${id}/finish`, { revision });
  return waitFor(
    () => get(`/v1/uploads/${id}`),
    ({ status }) => status === 'completed',
  );
}

const storedBytes = async () => {
  const { inlet, project } = booted;
  return (await inlet.context.store.uploads.usageOfProject(project.projectId)).bytes;
};

describe('the retention of a project', () => {
  it('removes files and rows once they are accepted, if the project wants that', async () => {
    const template = await createTemplate();
    const kept = await finish(await reviewed(template.id, 'user-1'));
    expect(kept).toMatchObject({ contentsRemovedAt: null });
    expect(await storedBytes()).toBe(CSV.length);

    const patch = { retention: { deleteWhenDelivered: true } };
    const { json: project } = await booted.call('PATCH', '/v1/project', { body: patch });
    expect(project.retention).toEqual({ days: 30, deleteWhenDelivered: true });
    const upload = await finish(await reviewed(template.id, 'user-1'));
    expect(upload).toMatchObject({ contentsRemovedAt: expect.any(String), counts: { delivered: 1 } });
    const rows = await booted.call('GET', `/v1/uploads/${upload.id}/rows`);
    expect([rows.status, rows.json.code]).toEqual([409, 'upload_closed']);
    const head = await booted.call('GET', `/v1/uploads/${upload.id}/head`);
    expect([head.status, head.json.code]).toEqual([409, 'upload_closed']);
    const file = { projectId: project.id, uploadId: upload.id, fileId: upload.files[0].id };
    expect(await booted.inlet.context.store.files.size(file)).toBe(0);
    expect(await storedBytes()).toBe(CSV.length);
    expect(await get(`/v1/runs/${upload.runIds[0]}`)).toMatchObject({ counts: { created: 1 } });
  });

  it('also shortens the time of uploads that exist', async () => {
    const template = await createTemplate();
    const upload = await reviewed(template.id, 'user-2');
    expect(Date.parse(upload.expiresAt)).toBeGreaterThan(Date.now() + 29 * DAY_MS);
    await booted.call('PATCH', '/v1/project', { body: { retention: { days: 2 } } });
    const { expiresAt } = await get(`/v1/uploads/${upload.id}`);
    expect(Date.parse(expiresAt)).toBeLessThan(Date.now() + 2 * DAY_MS + 1000);
    const refused = await booted.call('PATCH', '/v1/project', { body: { retention: { days: 0 } } });
    expect(refused.status).toBe(400);
  });
});

describe('the erasure of a user', () => {
  it('deletes everything of the user, and nothing of others', async () => {
    const template = await createTemplate();
    const [own, other] = [await reviewed(template.id, 'user/9'), await reviewed(template.id, 'user-8')];
    const finished = await finish(await reviewed(template.id, 'user/9'));
    peers.setFeed([{ title: 'Apple' }]);
    const { job } = await post('/v1/import-jobs', peers.jobInput(template.id, { externalUserId: 'user/9' }));

    const begun = await booted.call('DELETE', `/v1/users/${encodeURIComponent('user/9')}`);
    expect([begun.status, begun.json.status]).toEqual([202, 'running']);
    const done = await waitFor(
      () => get(`/v1/erasures/${begun.json.id}`),
      ({ status }) => status === 'done',
    );
    expect(done).toMatchObject({ counts: { uploads: 2, jobs: 2 }, finishedAt: expect.any(String) });

    const gone = [
      `/v1/uploads/${own.id}`,
      `/v1/uploads/${finished.id}`,
      `/v1/runs/${finished.runIds[0]}`,
      `/v1/import-jobs/${job.id}`,
      `/v1/import-jobs/${finished.jobId}`,
    ];
    for (const path of gone) expect((await booted.call('GET', path)).status, path).toBe(404);
    expect((await get(`/v1/uploads/${other.id}`)).status).toBe('needs_review');
    expect((await booted.call('GET', '/v1/erasures/era_00000000000000000000000000')).json.code).toBe(
      'erasure_not_found',
    );
  });

  it('stops a run in progress first, and a second call goes on with it if its process has died', async () => {
    const template = await createTemplate();
    const upload = await reviewed(template.id, 'user-7');
    peers.receiver.answerWith({ status: 503 });
    const { runIds } = await post(`/v1/uploads/${upload.id}/finish`, { revision: upload.revision });
    await waitFor(
      () => get(`/v1/runs/${runIds[0]}`),
      ({ phase }) => phase === 'deliver',
    );
    const { context } = booted.inlet;
    const erasure = {
      id: context.newId('era'),
      projectId: booted.project.projectId,
      externalUserId: 'user-7',
      counts: { uploads: 0, jobs: 0 },
      leaseUntil: null,
      createdAt: new Date(),
      finishedAt: null,
    };
    await context.store.erasures.insert(erasure);
    const again = await booted.call('DELETE', '/v1/users/user-7');
    expect(again.json.id).toBe(erasure.id);
    await waitFor(
      () => get(`/v1/erasures/${erasure.id}`),
      ({ status }) => status === 'done',
    );
    expect((await booted.call('GET', `/v1/runs/${runIds[0]}`)).status).toBe(404);
    const stored = await context.store.erasures.get({ ...erasure, erasureId: erasure.id });
    expect(stored?.externalUserId).toBeNull();
  });
});
