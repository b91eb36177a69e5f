import { mkdtempSync, rmSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';

/** The kernel's limit is 108 bytes on Linux and 104 on macOS, with a terminating zero. */
const MAX_SOCKET_PATH_BYTES = 100;
const TEMPORARY_PREFIX = 'inlet-db-';

/** Beside the data where a socket's path may be as long as that, else in a private temporary directory. */
export function privateSocketPath(wanted: string): string {
  if (Buffer.byteLength(wanted) <= MAX_SOCKET_PATH_BYTES) return wanted;
  // Drivers take a host for a socket only if it ends so.
  return join(mkdtempSync(join(tmpdir(), TEMPORARY_PREFIX)), 'db.sock');
}

/** Removes a socket, with the directory that was made for it. */
export function removeSocket(path: string): void {
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

/** Where a connection string of this package leads. */
export function addressOf(uri: string): Address {
  const host = uri.replace(/^mongodb:\/\/(?:[^@/]*@)?/, '');
  return host.startsWith('127.0.0.1:')
    ? { port: Number(host.slice(10)) }
    : { path: decodeURIComponent(host) };
}

/** Whether somebody listens there. */
export function answers(uri: string): Promise<boolean> {
  const { path, port } = addressOf(uri);
  return new Promise((done) => {
    const socket = path === undefined ? net.connect(port ?? 0, '127.0.0.1') : net.connect(path);
    socket.once('connect', () => done(true)).once('error', () => done(false));
    socket.once('connect', () => socket.destroy());
  });
}
