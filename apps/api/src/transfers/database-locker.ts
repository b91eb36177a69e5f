import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Context, FileRef } from '@inlet/workflow';
import { ERRORS, type Lock, type RequestRelease } from '@tus/utils';

const LOCK_MS = 10_000;
const RENEW_EVERY_MS = 500;
const RETRY_EVERY_MS = 100;
/** Longer than a lock lasts whose process has died. */
const MOST_WAIT_MS = 15_000;

type LockContext = Pick<Context, 'store' | 'now' | 'log'>;

/**
 * Lets one request at a time write a file, in whichever process. A client that has lost its connection comes again while
 * the old request still waits for bytes: that one is asked to end.
 */
export function createFileLock(context: LockContext, findFile: () => Promise<FileRef>): Lock {
  const owner = randomUUID();
  const { files } = context.store;
  const lockUntil = () => ({ owner, until: new Date(context.now().getTime() + LOCK_MS) });
  let timer: NodeJS.Timeout | undefined;
  return {
    async lock(signal, requestRelease) {
      const file = await findFile();
      for (const end = Date.now() + MOST_WAIT_MS; Date.now() < end; await sleep(RETRY_EVERY_MS)) {
        if (signal.aborted) throw ERRORS.ABORTED;
        if ((await files.lock(file, { ...lockUntil(), now: context.now() })) === 'held') continue;
        timer = setInterval(() => void renew(file, requestRelease), RENEW_EVERY_MS);
        return;
      }
      throw ERRORS.ERR_LOCK_TIMEOUT;
    },

    async unlock() {
      clearInterval(timer);
      await files.unlock(await findFile(), owner);
    },
  };

  async function renew(file: FileRef, requestRelease: RequestRelease): Promise<void> {
    try {
      if ((await files.renewLock(file, lockUntil())) !== 'renewed') await requestRelease();
    } catch (error) {
      context.log.warn({ fileId: file.fileId, error }, 'failed to renew the lock of a file');
    }
  }
}
