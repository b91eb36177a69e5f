import { describe, expect, it } from 'vitest';
import { createReadiness } from './create-readiness.js';

const store = { ping: async () => {} };
const readiness = ({ isLost = false, isFull = false } = {}) =>
  createReadiness({
    context: { store } as never,
    isQueueRunning: () => true,
    isDatabaseLost: () => isLost,
    diskSpace: { isFull: () => isFull },
  });

describe('createReadiness', () => {
  it('is healthy and ready without limits', async () => {
    expect(readiness().checkHealth()).toBeUndefined();
    expect(await readiness().check()).toEqual([]);
  });

  it('is ready with a limit if the disk is full', async () => {
    expect(await readiness({ isFull: true }).check()).toEqual(['disk_full']);
  });

  it('is neither healthy nor ready once the embedded database has ended', async () => {
    const lost = readiness({ isLost: true });
    expect(() => lost.checkHealth()).toThrow(/thread of the embedded database has ended/);
    await expect(lost.check()).rejects.toMatchObject({ code: 'unavailable' });
  });
});
