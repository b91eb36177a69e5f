import { randomBytes } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';

/** The kernel's limit is 108 bytes on Linux and 104 on macOS, with a terminating zero. */
const MAX_SOCKET_PATH_BYTES = 100;
/** A server this young may not listen yet. */
const STARTING_MS = 60_000;
const TEMPORARY_PREFIX = 'inlet-db-';

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
  if (isLocked(runDir)) {
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
  const lockPath = join(runDir, 'maintenance');
  if (isLocked(runDir)) throw new Error(`the database in ${dataDir} is already being compacted or restored`);
  writeFileSync(lockPath, String(process.pid), { mode: 0o600, flag: 'wx' });
  try {
    await removeLeftovers(runDir);
    const [notice] = noticesIn(runDir);
    if (notice !== undefined)
      throw new Error(`the database in ${dataDir} is in use by process ${notice.pid}; stop it first`);
    return await work();
  } finally {
    rmSync(lockPath, { force: true });
  }
}

function runDirectory(dataDir: string): string {
  const runDir = join(dataDir, 'run');
  mkdirSync(runDir, { recursive: true, mode: 0o700 });
  return runDir;
}

/** A lock of a process that no longer lives is removed. */
function isLocked(runDir: string): boolean {
  const lockPath = join(runDir, 'maintenance');
  if (!existsSync(lockPath)) return false;
  if (isAlive(Number(readFileSync(lockPath, 'utf8')))) return true;
  rmSync(lockPath, { force: true });
  return false;
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

/** Beside the data where a socket's path may be as long as that, else in a private temporary directory. */
function privateSocketPath(wanted: string): string {
  if (Buffer.byteLength(wanted) <= MAX_SOCKET_PATH_BYTES) return wanted;
  // Drivers take a host for a socket only if it ends so.
  return join(mkdtempSync(join(tmpdir(), TEMPORARY_PREFIX)), 'db.sock');
}

function removeSocket(path: string): void {
  const directory = dirname(path);
  // A data directory may have the prefix in its name, too: only what was made for one socket goes with it.
  const isInOwnDirectory =
    dirname(directory) === tmpdir() && basename(directory).startsWith(TEMPORARY_PREFIX);
  rmSync(isInOwnDirectory ? directory : path, { force: true, recursive: isInOwnDirectory });
}

interface Address {
  path?: string;
  port?: number;
}

function addressOf(uri: string): Address {
  const host = uri.replace(/^mongodb:\/\/(?:[^@/]*@)?/, '');
  return host.startsWith('127.0.0.1:')
    ? { port: Number(host.slice(10)) }
    : { path: decodeURIComponent(host) };
}

function answers(uri: string): Promise<boolean> {
  const { path, port } = addressOf(uri);
  return new Promise((done) => {
    const socket = path === undefined ? net.connect(port ?? 0, '127.0.0.1') : net.connect(path);
    socket.once('connect', () => done(true)).once('error', () => done(false));
    socket.once('connect', () => socket.destroy());
  });
}
