import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** The kernel's limit is 108 bytes on Linux and 104 on macOS, with a terminating zero. */
const MAX_SOCKET_PATH_BYTES = 100;
const STALE_AFTER_MS = 60_000;

export interface PrivateSocketPath {
  path: string;
  remove(): void;
}

/**
 * A socket path of this process alone, in a directory that only this user may enter: beside the
 * data, or, where that path is too long for a socket, in the system's temporary directory.
 * Sockets that killed processes left behind are removed on the way.
 */
export async function openPrivateSocketPath(dataDir: string): Promise<PrivateSocketPath> {
  const name = `${process.pid}-${randomBytes(4).toString('hex')}.sock`;
  const beside = join(dataDir, 'run', name);
  if (Buffer.byteLength(beside) <= MAX_SOCKET_PATH_BYTES) {
    mkdirSync(dirname(beside), { recursive: true, mode: 0o700 });
    await removeStaleSockets(dirname(beside));
    return { path: beside, remove: () => rmSync(beside, { force: true }) };
  }
  const dir = mkdtempSync(join(tmpdir(), 'inlet-db-'));
  return { path: join(dir, 's'), remove: () => rmSync(dir, { recursive: true, force: true }) };
}

async function removeStaleSockets(dir: string): Promise<void> {
  const paths = readdirSync(dir).map((name) => join(dir, name));
  await Promise.all(
    paths.map(async (path) => {
      if (isOld(path) && !(await answers(path))) rmSync(path, { force: true });
    }),
  );
}

/** A socket younger than this may be bound but not listening yet. */
function isOld(path: string): boolean {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat !== undefined && Date.now() - stat.mtimeMs > STALE_AFTER_MS;
}

function answers(path: string): Promise<boolean> {
  return new Promise((done) => {
    const socket = net.connect(path);
    socket.once('connect', () => done(true)).once('error', () => done(false));
    socket.once('connect', () => socket.destroy());
  });
}
