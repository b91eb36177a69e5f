import { describe, expect, it } from 'vitest';
import { makeFile, makeUpload } from './model-fixtures.js';
import { INVALID_CURSORS, readAllPages } from './read-all-pages.js';
import { at, type Suite } from './store-under-test.js';

export const describeUploads = (suite: Suite): void => {
  describe('uploads', () => {
    const insert = async (change: Parameters<typeof makeUpload>[1] = {}) => {
      const upload = makeUpload(suite, change);
      await suite.store().uploads.insert(upload);
      return { upload, ref: { projectId: upload.projectId, uploadId: upload.id } };
    };

    it('returns an upload unchanged', async () => {
      const files = [
        makeFile(suite, {
          sizeBytes: 5,
          receivedBytes: 5,
          sha256: 'ab',
          format: 'xlsx',
          worksheets: [{ name: '$a.b', isHidden: true, rows: null }],
          worksheet: '$a.b',
        }),
        makeFile(suite, { format: 'csv', encoding: 'utf-8', delimiter: ';' }),
      ];
      const error = { code: 'x', title: 'X', detail: 'It is x.', help: 'Do not.' };
      const { upload, ref } = await insert({
        files,
        error,
        runIds: ['run_1'],
        finish: { revision: 3, runId: 'run_1', includeUnchanged: true },
        leaseOwner: 'a',
        leaseUntil: at(9),
      });
      expect(await suite.store().uploads.get(ref)).toEqual(upload);
    });

    it('neither returns nor changes an upload for another project', async () => {
      const { uploads } = suite.store();
      const { upload, ref } = await insert();
      const stranger = { ...ref, projectId: suite.newId('prj') };
      const fileId = upload.files[0]!.id;
      expect(await uploads.get(stranger)).toBeNull();
      expect(await uploads.change(stranger, { changes: { label: 'x' }, now: at(1) })).toBeNull();
      expect(await uploads.changeFile({ ...stranger, fileId }, { name: 'x' }, at(1))).toBeNull();
      expect(await uploads.addFile(stranger, makeFile(suite), { maxFiles: 20, now: at(1) })).toBeNull();
      expect(await uploads.lease(stranger, { owner: 'a', now: at(1), until: at(9) })).toBeNull();
      expect(await uploads.remove(stranger)).toBe(false);
      expect(await uploads.list(stranger.projectId, { limit: 5 })).toEqual({ items: [], nextCursor: null });
      expect(await uploads.get(ref)).toEqual(upload);
    });

    it('lists the newest first, by user, template and status', async () => {
      const { uploads } = suite.store();
      const projectId = suite.newId('prj');
      const templateId = suite.newId('tpl');
      const ids: string[] = [];
      for (const change of [
        {},
        { templateId },
        { externalUserId: 'user-2' },
        { templateId, status: 'completed' as const },
        { templateId, externalUserId: 'user-2' },
      ])
        ids.push((await insert({ projectId, ...change })).upload.id);
      const list = async (query: object) =>
        (await uploads.list(projectId, { limit: 10, ...query })).items.map(({ id }) => ids.indexOf(id));
      expect(await list({})).toEqual([4, 3, 2, 1, 0]);
      expect(await list({ externalUserId: 'user-1' })).toEqual([3, 1, 0]);
      expect(await list({ templateId, status: undefined })).toEqual([4, 3, 1]);
      expect(await list({ templateId, status: 'receiving' })).toEqual([4, 1]);
      expect(await list({ externalUserId: 'user-2', templateId })).toEqual([4]);
      const pages = await readAllPages((cursor) => uploads.list(projectId, { limit: 2, ...cursor }));
      expect(pages.map((page) => page.map(({ id }) => ids.indexOf(id)))).toEqual([[4, 3], [2, 1], [0]]);
      for (const cursor of INVALID_CURSORS)
        await expect(uploads.list(projectId, { cursor, limit: 1 })).rejects.toMatchObject({
          code: 'invalid_cursor',
        });
    });

    it('changes only the named members, and only while the condition holds', async () => {
      const { uploads } = suite.store();
      const { upload, ref } = await insert({ leaseOwner: 'a', leaseUntil: at(60) });
      const changes = { status: 'mapping', revision: 1, extra: { $set: 1 }, mapping: null } as const;
      for (const condition of [
        { revision: 1 },
        { scan: 1 },
        { leaseOwner: 'b' },
        { statuses: ['mapping', 'needs_review'] as const },
        { revision: 0, scan: 0, leaseOwner: 'b' },
      ])
        expect(await uploads.change(ref, { changes, condition, now: at(5) })).toBeNull();
      expect(await uploads.get(ref)).toEqual(upload);
      const condition = { revision: 0, scan: 0, leaseOwner: 'a', statuses: ['receiving'] as const };
      const changed = { ...upload, ...changes, updatedAt: at(5) };
      expect(await uploads.change(ref, { changes, condition, now: at(5) })).toEqual(changed);
      expect(await uploads.get(ref)).toEqual(changed);
    });

    it('lets one of several changes at once win', async () => {
      const { uploads } = suite.store();
      const { ref } = await insert();
      const racers = Array.from({ length: 8 }, (_, number) =>
        uploads.change(ref, {
          changes: { revision: 1, lastEditId: `edit-${number}` },
          condition: { revision: 0 },
          now: at(1),
        }),
      );
      const winners = (await Promise.all(racers)).filter((upload) => upload !== null);
      expect(winners).toHaveLength(1);
      expect(await uploads.get(ref)).toEqual(winners[0]);
    });

    it('changes files one by one, and adds no more than allowed', async () => {
      const { uploads } = suite.store();
      const { upload, ref } = await insert();
      const [first] = upload.files;
      const added = Array.from({ length: 5 }, () => makeFile(suite));
      const results = await Promise.all(
        added.map((file) => uploads.addFile(ref, file, { maxFiles: 3, now: at(1) })),
      );
      expect(results.filter((result) => result !== null)).toHaveLength(2);
      const files = (await uploads.get(ref))!.files;
      expect(files).toHaveLength(3);
      await Promise.all(
        files.map(({ id }, index) =>
          uploads.changeFile(
            { ...ref, fileId: id },
            { receivedBytes: index + 1, sha256: `s${index}` },
            at(2),
          ),
        ),
      );
      const changed = await uploads.changeFile({ ...ref, fileId: first!.id }, { format: 'csv' }, at(3));
      expect(changed?.updatedAt).toEqual(at(3));
      expect(changed?.files).toEqual([
        { ...first, receivedBytes: 1, sha256: 's0', format: 'csv' },
        { ...files[1], receivedBytes: 2, sha256: 's1' },
        { ...files[2], receivedBytes: 3, sha256: 's2' },
      ]);
      const unknown = { ...ref, fileId: suite.newId('fil') };
      expect(await uploads.changeFile(unknown, { receivedBytes: 1 }, at(4))).toBeNull();
    });

    it('lets one process have the lease until it ends, and renew it', async () => {
      const { uploads } = suite.store();
      const { ref } = await insert();
      const lease = (owner: string, seconds: number) =>
        uploads.lease(ref, { owner, now: at(seconds), until: at(seconds + 10) });
      const racers = await Promise.all(['a', 'b', 'c', 'd'].map((owner) => lease(owner, 0)));
      const [winner] = racers.filter((upload) => upload !== null);
      expect(racers.filter((upload) => upload !== null)).toHaveLength(1);
      const owner = winner!.leaseOwner!;
      expect(winner).toMatchObject({ leaseUntil: at(10) });
      expect(await lease(owner, 5)).toMatchObject({ leaseOwner: owner, leaseUntil: at(15) });
      expect(await lease('other', 14)).toBeNull();
      expect(await lease('other', 15)).toMatchObject({ leaseOwner: 'other', leaseUntil: at(25) });
      await uploads.endLease(ref, owner);
      expect(await lease('third', 16)).toBeNull();
      await uploads.endLease(ref, 'other');
      expect(await lease('third', 16)).toMatchObject({ leaseOwner: 'third' });
    });

    it('lists uploads whose lease has ended, and those that have expired, the oldest first', async () => {
      const { uploads } = suite.store();
      const long = (seconds: number) => new Date(at(seconds).getTime() - 10 * 365 * 86_400_000);
      const made = [
        await insert({ leaseOwner: 'a', leaseUntil: long(20), expiresAt: long(1) }),
        await insert({ leaseOwner: 'b', leaseUntil: long(10), expiresAt: long(3) }),
        await insert({ expiresAt: long(2) }),
        await insert({ leaseOwner: 'c', leaseUntil: long(30), expiresAt: long(30) }),
      ];
      const ids = (found: readonly { id: string }[]) =>
        found.map(({ id }) => made.findIndex(({ upload }) => upload.id === id));
      expect(ids(await uploads.listAbandoned({ before: long(30), limit: 5 }))).toEqual([1, 0]);
      expect(ids(await uploads.listAbandoned({ before: long(30), limit: 1 }))).toEqual([1]);
      expect(ids(await uploads.listExpired({ before: long(30), limit: 5 }))).toEqual([0, 2, 1]);
      expect(ids(await uploads.listExpired({ before: long(30), limit: 2 }))).toEqual([0, 2]);
      for (const { ref } of made) expect(await uploads.remove(ref)).toBe(true);
      expect(await uploads.remove(made[0]!.ref)).toBe(false);
      expect(await uploads.listExpired({ before: long(30), limit: 5 })).toEqual([]);
    });

    it('lists uploads that have been delivering for long', async () => {
      const { uploads } = suite.store();
      const long = new Date('2011-01-05T09:00:00Z');
      const { upload, ref } = await insert({ status: 'delivering', updatedAt: long });
      await insert({ status: 'completed', updatedAt: long });
      await insert({ status: 'delivering' });
      const before = new Date('2011-01-05T09:00:01Z');
      expect(await uploads.listDelivering({ before, limit: 5 })).toEqual([upload]);
      expect(await uploads.listDelivering({ before: long, limit: 5 })).toEqual([]);
      await uploads.remove(ref);
    });

    it('counts the uploads of a user, and the bytes of a project', async () => {
      const { uploads } = suite.store();
      const projectId = suite.newId('prj');
      const file = (receivedBytes: number) => makeFile(suite, { receivedBytes });
      await insert({ projectId, createdAt: at(10), files: [file(1), file(20)] });
      await insert({ projectId, createdAt: at(20), files: [file(300)], status: 'delivering' });
      await insert({ projectId, createdAt: at(30), files: [], status: 'completed' });
      await insert({ projectId, createdAt: at(30), files: [file(4000)], externalUserId: 'user-2' });
      await insert({ files: [file(50_000)] });
      const user = { projectId, externalUserId: 'user-1' };
      expect(await uploads.usageOfUser(user, { since: at(10) })).toEqual({ unfinished: 2, recent: 2 });
      expect(await uploads.usageOfProject(projectId)).toEqual({ bytes: 4321 });
      const nobody = suite.newId('prj');
      expect(await uploads.usageOfProject(nobody)).toEqual({ bytes: 0 });
      const unknown = { projectId: nobody, externalUserId: 'user-1' };
      expect(await uploads.usageOfUser(unknown, { since: at(0) })).toEqual({ unfinished: 0, recent: 0 });
    });
  });
};
