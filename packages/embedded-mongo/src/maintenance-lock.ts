import { randomBytes } from 'node:crypto';
import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { join } from 'node:path';
import { addressOf, answers, privateSocketPath, removeSocket } from './local-address.js';

const LOCK_NAME = 'maintenance';
/** Where the holder of the lock makes a new data file. */
export const MAINTENANCE_COPY = 'maintenance-copy';
/** Between making the file and writing to it nobody takes this long. */
const TAKING_MS = 10_000;

/**
 * Takes the lock of a run directory; what comes back releases it. The lock says where its holder listens: the number
 * of a process would not tell the living from the dead, as each container counts from 1 again.
 *
 * @throws Error when the file is there.
 */
export async function takeMaintenanceLock(runDir: string): Promise<() => Promise<void>> {
  const lockPath = join(runDir, LOCK_NAME);
  const holder = net.createServer((socket) => socket.destroy());
  const uri = await listen(holder, join(runDir, `${LOCK_NAME}-${randomBytes(4).toString('hex')}.sock`));
  const hangUp = () => new Promise<void>((done) => holder.close(() => done()));
  try {
    writeFileSync(lockPath, uri, { mode: 0o600, flag: 'wx' });
  } catch (error) {
    await hangUp();
    removeSocketOf(uri);
    throw error;
  }
  return async () => {
    rmSync(lockPath, { force: true });
    await hangUp();
    removeSocketOf(uri);
  };
}

async function listen(holder: net.Server, wantedPath: string): Promise<string> {
  const socketPath = process.platform === 'win32' ? undefined : privateSocketPath(wantedPath);
  await new Promise<void>((done, fail) => {
    holder.once('error', fail);
    if (socketPath === undefined) holder.listen(0, '127.0.0.1', done);
    else holder.listen(socketPath, done);
  });
  if (socketPath !== undefined) return `mongodb://${encodeURIComponent(socketPath)}`;
  return `mongodb://127.0.0.1:${(holder.address() as net.AddressInfo).port}`;
}

/** Whether somebody holds the lock. One whose holder was killed is removed, and with it what was half done. */
export async function isUnderMaintenance(runDir: string): Promise<boolean> {
  const lockPath = join(runDir, LOCK_NAME);
  const stat = statSync(lockPath, { throwIfNoEntry: false });
  if (stat === undefined) return false;
  const uri = readFileSync(lockPath, 'utf8');
  const isHeld = uri === '' ? Date.now() - stat.mtimeMs < TAKING_MS : await answers(uri);
  if (isHeld) return true;
  removeSocketOf(uri);
  rmSync(join(runDir, MAINTENANCE_COPY), { recursive: true, force: true });
  rmSync(lockPath, { force: true });
  return false;
}

function removeSocketOf(uri: string): void {
  const { path } = addressOf(uri);
  if (path !== undefined && path !== '') removeSocket(path);
}
