import { mkdtempSync, rmSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';

/** The kernel's limit is 108 bytes on Linux and 104 on macOS, with a terminating zero. */
const MAX_SOCKET_PATH_BYTES = 100;
const TEMPORARY_PREFIX = 'inlet-db-';

/** Returns the wanted path if it is short enough for a socket, else one in a new private temporary directory. */
export function chooseSocketPath(wanted: string): string {
  if (Buffer.byteLength(wanted) <= MAX_SOCKET_PATH_BYTES) return wanted;
  // Drivers recognise a socket by the extension.
  return join(mkdtempSync(join(tmpdir(), TEMPORARY_PREFIX)), 'db.sock');
}

/** Removes a socket and its private temporary directory, if it has one. */
export function removeSocket(path: string): void {
  const directory = dirname(path);
  // The name of a data directory may have the same prefix, so the parent directory decides as well.
  const isInOwnDirectory =
    dirname(directory) === tmpdir() && basename(directory).startsWith(TEMPORARY_PREFIX);
  rmSync(isInOwnDirectory ? directory : path, { force: true, recursive: isInOwnDirectory });
}

/** The connection string of a server that listens on a socket. */
export const socketUri = (path: string): string => `mongodb://${encodeURIComponent(path)}`;

interface Address {
  path?: string;
  port?: number;
}

/** Reads the socket path or the port from a connection string of this package. */
export function parseAddress(uri: string): Address {
  const host = uri.replace(/^mongodb:\/\/(?:[^@/]*@)?/, '');
  return host.startsWith('127.0.0.1:')
    ? { port: Number(host.slice(10)) }
    : { path: decodeURIComponent(host) };
}

/** Whether a server listens at the address of a connection string. */
export function isListening(uri: string): Promise<boolean> {
  const { path, port } = parseAddress(uri);
  return new Promise((done) => {
    const socket = path === undefined ? net.connect(port ?? 0, '127.0.0.1') : net.connect(path);
    socket.once('connect', () => done(true)).once('error', () => done(false));
    socket.once('connect', () => socket.destroy());
  });
}
