import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { chooseSocketPath, isListening, parseAddress, removeSocket, socketUri } from './local-address.js';
import { acquireMaintenanceLock, isUnderMaintenance } from './maintenance-lock.js';

const OUT_OF_SPACE = new Set(['ENOSPC', 'EDQUOT']);

/** A server may need this long until it listens. */
const STARTING_MS = 60_000;

/** The entry of a server in the run directory. */
export interface Registration {
  /** A path that no other server uses. */
  socketPath: string;
  /** Publishes the address of the server to other processes of the same user. */
  announce(uri: string): void;
  remove(): void;
}

/**
 * Registers a server of this process in `dataDir/run`, which only this user may enter. Every server
 * over a data directory has separate files there, so the files of a killed process block nobody. The next
 * server to start removes them.
 *
 * @throws Error while the database is being compacted or restored.
 */
export async function registerServer(dataDir: string): Promise<Registration> {
  const runDir = runDirectory(dataDir);
  await removeLeftovers(runDir);
  const name = `${process.pid}-${randomBytes(4).toString('hex')}`;
  const noticePath = join(runDir, `${name}.uri`);
  writeFileSync(noticePath, '', { mode: 0o600 });
  const socketPath = chooseSocketPath(join(runDir, `${name}.sock`));
  const remove = (): void => {
    rmSync(noticePath, { force: true });
    removeSocket(socketPath);
  };
  // Checked after registering, so that at least one of the two processes sees the other.
  if (await isUnderMaintenance(runDir)) {
    remove();
    throw new Error(`the database in ${dataDir} is being compacted or restored; try again when that is done`);
  }
  return { socketPath, announce: (uri) => announce(noticePath, uri), remove };
}

/** Without space for the address, the notice stays empty, and the socket beside it shows that the server runs. */
function announce(noticePath: string, uri: string): void {
  try {
    writeFileSync(noticePath, uri, { mode: 0o600 });
  } catch (error) {
    if (!OUT_OF_SPACE.has((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
}

/** Lists the connection strings of the running servers over a data directory, with their passwords. */
export async function runningEmbeddedMongoUris(dataDir: string): Promise<string[]> {
  const runDir = join(dataDir, 'run');
  if (!existsSync(runDir)) return [];
  const notices = readNotices(runDir);
  const answering = await Promise.all(notices.map(({ uri }) => isListening(uri)));
  return notices.filter((_notice, i) => answering[i]).map(({ uri }) => uri);
}

/**
 * Runs work while no server uses the data directory and none can start.
 *
 * @throws Error if a server over it runs or is starting.
 */
export async function withExclusiveAccess<T>(dataDir: string, work: () => Promise<T>): Promise<T> {
  const runDir = runDirectory(dataDir);
  if (await isUnderMaintenance(runDir))
    throw new Error(`the database in ${dataDir} is already being compacted or restored`);
  const release = await acquireMaintenanceLock(runDir);
  try {
    await removeLeftovers(runDir);
    const [notice] = readNotices(runDir);
    if (notice !== undefined)
      throw new Error(`the database in ${dataDir} is in use by process ${notice.pid}; stop it first`);
    return await work();
  } finally {
    await release();
  }
}

function runDirectory(dataDir: string): string {
  const runDir = join(dataDir, 'run');
  mkdirSync(runDir, { recursive: true, mode: 0o700 });
  return runDir;
}

interface Notice {
  path: string;
  pid: number;
  uri: string;
  ageMs: number;
}

function readNotices(runDir: string): Notice[] {
  return readdirSync(runDir)
    .filter((name) => name.endsWith('.uri'))
    .flatMap((name) => {
      const path = join(runDir, name);
      const stat = statSync(path, { throwIfNoEntry: false });
      if (stat === undefined) return [];
      return [
        {
          path,
          pid: Number.parseInt(name, 10),
          uri: readFileSync(path, 'utf8') || socketUri(path.replace(/uri$/, 'sock')),
          ageMs: Date.now() - stat.mtimeMs,
        },
      ];
    });
}

async function removeLeftovers(runDir: string): Promise<void> {
  for (const { path, pid, uri, ageMs } of readNotices(runDir)) {
    const mayBeStarting = isAlive(pid) && ageMs < STARTING_MS;
    if (mayBeStarting || (await isListening(uri))) continue;
    const { path: socketPath } = parseAddress(uri);
    if (socketPath !== undefined) removeSocket(socketPath);
    rmSync(path, { force: true });
    rmSync(path.replace(/uri$/, 'sock'), { force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    return Number.isInteger(pid) && process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
