import type { FileRef } from '@inlet/workflow';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../seeded-random.js';
import { at, type Suite } from './store-under-test.js';

const MB = 1024 * 1024;

export const describeFiles = (suite: Suite): void => {
  describe('files', () => {
    const makeRef = (): FileRef => ({
      projectId: suite.newId('prj'),
      uploadId: suite.newId('upl'),
      fileId: suite.newId('fil'),
    });
    const random = seededRandom(7);
    const read = async (file: FileRef, start: number, end: number): Promise<Buffer> => {
      const parts: Buffer[] = [];
      for await (const part of suite.store().files.read(file, { start, end })) parts.push(part);
      return Buffer.concat(parts);
    };

    it('returns the bytes that were appended, and any range of them', async () => {
      const { files } = suite.store();
      const file = makeRef();
      expect(await files.size(file)).toBe(0);
      const bytes = random.bytes(6 * MB + 12_345);
      const ends = [0, 1, 8, 70_000, MB, 2 * MB + 1, 5 * MB + 77, bytes.length];
      for (const [index, end] of ends.slice(1).entries()) {
        const offset = ends[index]!;
        expect(await files.append(file, { offset, bytes: bytes.subarray(offset, end) })).toBe(end);
        expect(await files.size(file)).toBe(end);
      }
      expect((await read(file, 0, bytes.length)).equals(bytes)).toBe(true);
      for (const [start, end] of [
        [0, 0],
        [0, 1],
        [1, 8],
        [5, 70_001],
        [MB - 1, MB + 1],
        [3 * MB, 3 * MB + 10],
        [MB + 5, 6 * MB],
        [bytes.length - 1, bytes.length],
        [bytes.length, bytes.length],
      ] as const)
        expect((await read(file, start, end)).equals(bytes.subarray(start, end))).toBe(true);
    });

    it('refuses bytes that do not follow the last ones', async () => {
      const { files } = suite.store();
      const file = makeRef();
      expect(await files.append(file, { offset: 1, bytes: Buffer.from('a') })).toBe(false);
      expect(await files.append(file, { offset: 0, bytes: Buffer.from('abc') })).toBe(3);
      for (const offset of [1, 2, 4])
        expect(await files.append(file, { offset, bytes: Buffer.from('abc') })).toBe(false);
      for (const text of ['abd', 'ab', 'abcd'])
        expect(await files.append(file, { offset: 0, bytes: Buffer.from(text) })).toBe(false);
      expect(await files.append(file, { offset: 3, bytes: Buffer.alloc(0) })).toBe(3);
      expect(await read(file, 0, 3)).toEqual(Buffer.from('abc'));
    });

    it('accepts bytes that are sent again, and goes on after them', async () => {
      const { files } = suite.store();
      const file = makeRef();
      const bytes = random.bytes(2 * MB + 5);
      expect(await files.append(file, { offset: 0, bytes: bytes.subarray(0, MB) })).toBe(MB);
      expect(await files.append(file, { offset: 0, bytes })).toBe(bytes.length);
      expect(await files.append(file, { offset: MB, bytes: bytes.subarray(MB) })).toBe(bytes.length);
      expect(await files.size(file)).toBe(bytes.length);
      expect((await read(file, 0, bytes.length)).equals(bytes)).toBe(true);
    });

    it('keeps the bytes of one of several processes that append at once', async () => {
      const { files } = suite.store();
      const file = makeRef();
      const given = Array.from({ length: 6 }, (_, number) => Buffer.alloc(MB + 100_000 * number, number + 1));
      const sizes = await Promise.all(given.map((bytes) => files.append(file, { offset: 0, bytes })));
      const winner = given[sizes.findIndex((size) => size !== false)]!;
      expect(sizes.filter((size) => size !== false)).toEqual([winner.length]);
      expect((await read(file, 0, await files.size(file))).equals(winner)).toBe(true);
    });

    it('throws for bytes that are not stored', async () => {
      const { files } = suite.store();
      const file = makeRef();
      await expect(read(file, 0, 1)).rejects.toThrow(file.fileId);
      await files.append(file, { offset: 0, bytes: Buffer.from('abc') });
      await expect(read(file, 0, 4)).rejects.toThrow(file.fileId);
    });

    it('finds nothing for another project or upload', async () => {
      const { files } = suite.store();
      const file = makeRef();
      await files.append(file, { offset: 0, bytes: Buffer.from('abc') });
      for (const stranger of [
        { ...file, projectId: suite.newId('prj') },
        { ...file, uploadId: suite.newId('upl') },
      ]) {
        expect(await files.size(stranger)).toBe(0);
        await expect(read(stranger, 0, 3)).rejects.toThrow(file.fileId);
        await files.remove(stranger);
        await files.removeOfUpload(stranger);
      }
      expect(await read(file, 0, 3)).toEqual(Buffer.from('abc'));
    });

    it('lets one request at a time have the lock of a file, and tells it who waits', async () => {
      const { files } = suite.store();
      const file = makeRef();
      const lock = (owner: string, seconds = 0) =>
        files.lock(file, { owner, now: at(seconds), until: at(seconds + 10) });
      const renew = (owner: string, seconds: number) =>
        files.renewLock(file, { owner, until: at(seconds + 10) });
      const owners = ['a', 'b', 'c', 'd'];
      const taken = await Promise.all(owners.map((owner) => lock(owner)));
      expect(taken.filter((result) => result === 'taken')).toHaveLength(1);
      const owner = owners[taken.indexOf('taken')]!;
      expect(await renew(owner, 5)).toBe('wanted');
      expect(await renew('other', 5)).toBe('lost');
      await files.unlock(file, 'other');
      expect(await lock('other', 14)).toBe('held');
      expect(await lock('other', 15)).toBe('taken');
      expect(await renew(owner, 16)).toBe('lost');
      expect(await renew('other', 16)).toBe('renewed');
      await files.unlock(file, 'other');
      expect(await lock(owner, 17)).toBe('taken');
    });

    it('removes one file, or all of an upload', async () => {
      const { files } = suite.store();
      const one = makeRef();
      const other = { ...one, fileId: suite.newId('fil') };
      const third = { ...one, fileId: suite.newId('fil') };
      const bytes = random.bytes(2 * MB);
      for (const file of [one, other, third]) await files.append(file, { offset: 0, bytes });
      const sizes = () => Promise.all([one, other, third].map((file) => files.size(file)));
      await files.remove(one);
      expect(await sizes()).toEqual([0, bytes.length, bytes.length]);
      await files.removeOfUpload(one);
      expect(await sizes()).toEqual([0, 0, 0]);
    });
  });
};
