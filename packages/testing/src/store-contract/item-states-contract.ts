import { describe, expect, it } from 'vitest';
import type { Suite } from './store-under-test.js';

const MB = 1024 * 1024;

export const describeItemStates = (suite: Suite): void => {
  describe('item states', () => {
    const makeOwner = () => ({ projectId: suite.newId('prj'), jobId: suite.newId('job') });
    const pattern = (size: number, seed: number): Buffer => {
      const bytes = Buffer.alloc(size, seed);
      for (let offset = 0; offset + 4 <= size; offset += 4096) bytes.writeUInt32LE(offset + seed, offset);
      return bytes;
    };
    const partsOf = (sizes: readonly number[], seed = 1) => sizes.map((size, at) => pattern(size, seed + at));

    /** Whether a state is stored in exactly these parts. */
    const isStored = async (
      { projectId, jobId }: ReturnType<typeof makeOwner>,
      itemStateId: string,
      parts: readonly Buffer[],
    ) => {
      const loaded = await suite.store().itemStates.load({ projectId, jobId, itemStateId });
      return loaded?.length === parts.length && parts.every((part, at) => part.equals(loaded[at]!));
    };

    it.each([[], [8], [8, 1], [8, 4 * MB, 4 * MB, 3]])(
      'returns parts of %i, %i, ... bytes unchanged',
      async (...sizes) => {
        const { itemStates } = suite.store();
        const owner = makeOwner();
        const itemStateId = suite.newId('run');
        const parts = partsOf(sizes);
        await itemStates.save({ ...owner, itemStateId, parts });
        expect(await isStored(owner, itemStateId, parts)).toBe(true);
      },
    );

    it('returns the last of several states that were saved under one id, longer or shorter', async () => {
      const { itemStates } = suite.store();
      const owner = makeOwner();
      const itemStateId = suite.newId('run');
      for (const parts of [
        partsOf([3 * MB, 3 * MB, 3 * MB], 1),
        partsOf([3 * MB, 2 * MB], 2),
        partsOf([3 * MB, 2 * MB], 2),
        [Buffer.concat(partsOf([MB, MB], 2))],
        partsOf([MB, MB], 2),
        partsOf([4 * MB, 4 * MB, 2 * MB], 3),
      ]) {
        await itemStates.save({ ...owner, itemStateId, parts });
        expect(await isStored(owner, itemStateId, parts)).toBe(true);
      }
    });

    it('loads nothing that was not saved, and nothing for another project or job', async () => {
      const { itemStates } = suite.store();
      const owner = makeOwner();
      const itemStateId = suite.newId('run');
      await itemStates.save({ ...owner, itemStateId, parts: [Buffer.from('state')] });
      expect(await itemStates.load({ ...owner, itemStateId: suite.newId('run') })).toBeNull();
      expect(
        await itemStates.load({ projectId: suite.newId('prj'), jobId: owner.jobId, itemStateId }),
      ).toBeNull();
      expect(
        await itemStates.load({ projectId: owner.projectId, jobId: suite.newId('job'), itemStateId }),
      ).toBeNull();
    });

    it('removes the named states, or all of a job', async () => {
      const { itemStates } = suite.store();
      const owner = makeOwner();
      const other = { ...owner, jobId: suite.newId('job') };
      const stranger = { ...owner, projectId: suite.newId('prj') };
      const ids = [suite.newId('run'), suite.newId('run'), suite.newId('run')] as const;
      const otherId = suite.newId('run');
      const parts = [Buffer.from('state')];
      for (const itemStateId of ids) await itemStates.save({ ...owner, itemStateId, parts });
      await itemStates.save({ ...other, itemStateId: otherId, parts });
      const remaining = async () =>
        Promise.all(ids.map(async (id) => (await itemStates.load({ ...owner, itemStateId: id })) !== null));
      await itemStates.removeOfJob(stranger);
      await itemStates.remove(stranger, ids);
      await itemStates.remove(other, ids);
      expect(await remaining()).toEqual([true, true, true]);
      await itemStates.remove(owner, [ids[0], otherId, suite.newId('run')]);
      await itemStates.remove(owner, [ids[0]]);
      await itemStates.remove(owner, []);
      expect(await remaining()).toEqual([false, true, true]);
      await itemStates.removeOfJob(owner);
      expect(await remaining()).toEqual([false, false, false]);
      expect(await isStored(other, otherId, parts)).toBe(true);
    });
  });
};
