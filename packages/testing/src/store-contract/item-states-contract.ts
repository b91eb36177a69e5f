import { describe, expect, it } from 'vitest';
import type { Stage } from './store-under-test.js';

const MB = 1024 * 1024;

export const describeItemStates = (stage: Stage): void => {
  describe('item states', () => {
    const makeOwner = () => ({ projectId: stage.newId('prj'), jobId: stage.newId('job') });
    const pattern = (size: number, seed: number): Buffer => {
      const bytes = Buffer.alloc(size);
      for (let offset = 0; offset < size; offset += 4096)
        bytes.writeUInt32LE(offset + seed, Math.min(offset, size - 4));
      return bytes;
    };

    it.each([0, 1, 4 * MB - 1, 4 * MB, 4 * MB + 1, 9 * MB])(
      'gives %i bytes back as they were',
      async (size) => {
        const { itemStates } = stage.store();
        const owner = makeOwner();
        const itemStateId = stage.newId('run');
        const bytes = size < 4 ? Buffer.alloc(size, 1) : pattern(size, 1);
        await itemStates.save({ ...owner, itemStateId, bytes });
        const loaded = await itemStates.load(owner.projectId, owner.jobId, itemStateId);
        expect(loaded?.equals(bytes)).toBe(true);
      },
    );

    it('gives the last of several states that were saved under one id, whichever was longer', async () => {
      const { itemStates } = stage.store();
      const owner = makeOwner();
      const itemStateId = stage.newId('run');
      for (const [size, seed] of [
        [9 * MB, 1],
        [5 * MB, 2],
        [5 * MB, 2],
        [10 * MB, 3],
      ] as const) {
        const bytes = pattern(size, seed);
        await itemStates.save({ ...owner, itemStateId, bytes });
        const loaded = await itemStates.load(owner.projectId, owner.jobId, itemStateId);
        expect(loaded?.equals(bytes)).toBe(true);
      }
    });

    it('loads nothing that was not saved, and nothing for another project or job', async () => {
      const { itemStates } = stage.store();
      const owner = makeOwner();
      const itemStateId = stage.newId('run');
      await itemStates.save({ ...owner, itemStateId, bytes: Buffer.from('state') });
      expect(await itemStates.load(owner.projectId, owner.jobId, stage.newId('run'))).toBeNull();
      expect(await itemStates.load(stage.newId('prj'), owner.jobId, itemStateId)).toBeNull();
      expect(await itemStates.load(owner.projectId, stage.newId('job'), itemStateId)).toBeNull();
    });

    it('removes the states that it is told to, or all of a job', async () => {
      const { itemStates } = stage.store();
      const owner = makeOwner();
      const other = { ...owner, jobId: stage.newId('job') };
      const stranger = { ...owner, projectId: stage.newId('prj') };
      const ids = [stage.newId('run'), stage.newId('run'), stage.newId('run')] as const;
      const otherId = stage.newId('run');
      const bytes = Buffer.from('state');
      for (const itemStateId of ids) await itemStates.save({ ...owner, itemStateId, bytes });
      await itemStates.save({ ...other, itemStateId: otherId, bytes });
      const remaining = async () =>
        Promise.all(
          ids.map(async (id) => (await itemStates.load(owner.projectId, owner.jobId, id)) !== null),
        );
      await itemStates.removeOfJob(stranger.projectId, stranger.jobId);
      await itemStates.remove(stranger.projectId, stranger.jobId, ids);
      await itemStates.remove(other.projectId, other.jobId, ids);
      expect(await remaining()).toEqual([true, true, true]);
      await itemStates.remove(owner.projectId, owner.jobId, [ids[0], otherId, stage.newId('run')]);
      await itemStates.remove(owner.projectId, owner.jobId, [ids[0]]);
      await itemStates.remove(owner.projectId, owner.jobId, []);
      expect(await remaining()).toEqual([false, true, true]);
      await itemStates.removeOfJob(owner.projectId, owner.jobId);
      expect(await remaining()).toEqual([false, false, false]);
      expect(await itemStates.load(other.projectId, other.jobId, otherId)).toEqual(bytes);
    });
  });
};
