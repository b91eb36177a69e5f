import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { addressOf, answers, privateSocketPath, removeSocket } from './local-address.js';
import { isUnderMaintenance, takeMaintenanceLock } from './maintenance-lock.js';

/** A server this young may not listen yet. */
const STARTING_MS = 60_000;

/** A server's place in the run directory. */
export interface Registration {
  /** Free for this process to listen on. */
  socketPath: string;
  /** Notes where the server listens, for other processes of the same user. */
  announce(uri: string): void;
  remove(): void;
}

/**
 * Registers a server of this process in `dataDir/run`, which only this user may enter. Every server
 * over a data directory has files of its own there, so what a killed process leaves behind is in
 * nobody's way; it is removed by whoever starts next.
 *
 * @throws Error while the database is being compacted or restored.
 */
export async function registerServer(dataDir: string): Promise<Registration> {
  const runDir = runDirectory(dataDir);
  await removeLeftovers(runDir);
  const name = `${process.pid}-${randomBytes(4).toString('hex')}`;
  const noticePath = join(runDir, `${name}.uri`);
  writeFileSync(noticePath, '', { mode: 0o600 });
  const socketPath = privateSocketPath(join(runDir, `${name}.sock`));
  const remove = (): void => {
    rmSync(noticePath, { force: true });
    removeSocket(socketPath);
  };
  // Looked for after registering, so that one of the two is sure to see the other.
  if (await isUnderMaintenance(runDir)) {
    remove();
    throw new Error(`the database in ${dataDir} is being compacted or restored; try again when that is done`);
  }
  return { socketPath, announce: (uri) => writeFileSync(noticePath, uri, { mode: 0o600 }), remove };
}

/** Where the servers that now run over a data directory listen: connection strings with all they need. */
export async function runningEmbeddedMongoUris(dataDir: string): Promise<string[]> {
  const runDir = join(dataDir, 'run');
  if (!existsSync(runDir)) return [];
  const notices = noticesIn(runDir).filter(({ uri }) => uri !== '');
  const answering = await Promise.all(notices.map(({ uri }) => answers(uri)));
  return notices.filter((_notice, i) => answering[i]).map(({ uri }) => uri);
}

/**
 * Runs work that needs the data directory for itself.
 *
 * @throws Error when a server runs, or is starting, over it.
 */
export async function withoutServers<T>(dataDir: string, work: () => Promise<T>): Promise<T> {
  const runDir = runDirectory(dataDir);
  if (await isUnderMaintenance(runDir))
    throw new Error(`the database in ${dataDir} is already being compacted or restored`);
  const release = await takeMaintenanceLock(runDir);
  try {
    await removeLeftovers(runDir);
    const [notice] = noticesIn(runDir);
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

function noticesIn(runDir: string): Notice[] {
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
          uri: readFileSync(path, 'utf8'),
          ageMs: Date.now() - stat.mtimeMs,
        },
      ];
    });
}

async function removeLeftovers(runDir: string): Promise<void> {
  for (const { path, pid, uri, ageMs } of noticesIn(runDir)) {
    const mayBeStarting = isAlive(pid) && ageMs < STARTING_MS;
    if (mayBeStarting || (uri !== '' && (await answers(uri)))) continue;
    const { path: socketPath } = addressOf(uri);
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
