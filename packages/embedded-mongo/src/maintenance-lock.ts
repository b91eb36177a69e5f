import { randomBytes } from 'node:crypto';
import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { join } from 'node:path';
import { chooseSocketPath, isListening, parseAddress, removeSocket, socketUri } from './local-address.js';

const LOCK_NAME = 'maintenance';
/** The directory in which the owner of the lock writes a new data file. */
export const MAINTENANCE_COPY = 'maintenance-copy';
/** Creating the lock file and writing to it never takes longer. */
const ACQUIRING_MS = 10_000;

/**
 * Acquires the maintenance lock of a run directory and returns the function that releases it. The lock file
 * contains the address at which its owner listens. A process id would not show whether the owner is alive,
 * because each container counts processes from 1.
 *
 * @throws Error if the lock file exists.
 */
export async function acquireMaintenanceLock(runDir: string): Promise<() => Promise<void>> {
  const lockPath = join(runDir, LOCK_NAME);
  const owner = net.createServer((socket) => socket.destroy());
  const uri = await listenOnSocket(
    owner,
    join(runDir, `${LOCK_NAME}-${randomBytes(4).toString('hex')}.sock`),
  );
  const stopListening = () => new Promise<void>((done) => owner.close(() => done()));
  try {
    writeFileSync(lockPath, uri, { mode: 0o600, flag: 'wx' });
  } catch (error) {
    await stopListening();
    removeSocketOf(uri);
    throw error;
  }
  return async () => {
    rmSync(lockPath, { force: true });
    await stopListening();
    removeSocketOf(uri);
  };
}

async function listenOnSocket(owner: net.Server, wantedPath: string): Promise<string> {
  const socketPath = process.platform === 'win32' ? undefined : chooseSocketPath(wantedPath);
  await new Promise<void>((done, fail) => {
    owner.once('error', fail);
    if (socketPath === undefined) owner.listen(0, '127.0.0.1', done);
    else owner.listen(socketPath, done);
  });
  if (socketPath !== undefined) return socketUri(socketPath);
  return `mongodb://127.0.0.1:${(owner.address() as net.AddressInfo).port}`;
}

/** Whether a process owns the lock. Removes the lock of a killed process, and its unfinished copy. */
export async function isUnderMaintenance(runDir: string): Promise<boolean> {
  const lockPath = join(runDir, LOCK_NAME);
  const stat = statSync(lockPath, { throwIfNoEntry: false });
  if (stat === undefined) return false;
  const uri = readFileSync(lockPath, 'utf8');
  const isOwned = uri === '' ? Date.now() - stat.mtimeMs < ACQUIRING_MS : await isListening(uri);
  if (isOwned) return true;
  removeSocketOf(uri);
  rmSync(join(runDir, MAINTENANCE_COPY), { recursive: true, force: true });
  rmSync(lockPath, { force: true });
  return false;
}

function removeSocketOf(uri: string): void {
  const { path } = parseAddress(uri);
  if (path !== undefined && path !== '') removeSocket(path);
}
