import net from 'node:net';
import type { ConnectionState, ServerState } from './commands/command-context.js';
import { CursorRegistry } from './commands/cursor-registry.js';
import { runCommand } from './commands/run-command.js';
import { socketUri } from './local-address.js';
import { removeExpired } from './remove-expired.js';
import { Database } from './storage/database.js';
import { FreeSpace } from './storage/free-space.js';
import { keepSpareSpace } from './storage/spare-space.js';
import { WriteGate } from './storage/write-gate.js';
import { ProtocolError, parseMessage } from './wire/message.js';
import { readMessages } from './wire/read-messages.js';
import { frameReply } from './wire/reply.js';
import { createScramCredentials } from './wire/scram.js';

export interface ServerOptions {
  dataDir: string;
  durability: 'flush' | 'commit';
  /** The Unix socket to listen on; undefined for a free port of the loopback interface. */
  socketPath: string | undefined;
  /** If set, clients must authenticate with it. */
  password: string | undefined;
  ttlSweepSeconds: number;
  /** Shared with the thread that started this one. */
  gateMemory: SharedArrayBuffer;
  /** Writes are refused if less space would be left on the disk. */
  reserveBytes: number;
  onFault(error: Error): void;
}

export interface RunningServer {
  uri: string;
  close(): Promise<void>;
}

const USERNAME = 'inlet';
const CURSOR_SWEEP_MS = 60_000;
const SPARE_SPACE_MS = 2000;

/** Opens the data directory and accepts connections of drivers. */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const sockets = new Set<net.Socket>();
  const gate = new WriteGate(options.gateMemory);
  const database = new Database({ path: options.dataDir, durability: options.durability, gate });
  const housekeeping = new Housekeeping(options);
  const state: ServerState = {
    database,
    cursors: new CursorRegistry(Date.now),
    freeSpace: new FreeSpace({ dataDir: options.dataDir, reserveBytes: options.reserveBytes, now: Date.now }),
    now: Date.now,
    startedAt: Date.now(),
    counters: {},
    connections: () => sockets.size,
    credentials:
      options.password === undefined ? undefined : createScramCredentials(USERNAME, options.password),
    scheduleGarbageRemoval: () =>
      housekeeping.run(() => database.removeGarbage(() => housekeeping.isStopped)),
  };
  let connectionId = 0;
  const listener = net.createServer({ noDelay: true }, (socket) => {
    sockets.add(socket.on('close', () => sockets.delete(socket)));
    void serve(state, socket, { id: ++connectionId, onFault: options.onFault });
  });
  const uri = await listenForClients(listener, options);
  state.scheduleGarbageRemoval();
  housekeeping.repeat(options.ttlSweepSeconds * 1000, () => removeExpired(database, state.now()));
  keepSpareSpace(options.dataDir);
  housekeeping.repeat(SPARE_SPACE_MS, async () => keepSpareSpace(options.dataDir));
  housekeeping.repeat(CURSOR_SWEEP_MS, async () => state.cursors.killIdle());
  return {
    uri,
    async close() {
      listener.close();
      for (const socket of sockets) socket.destroy();
      await housekeeping.stop();
      await database.close();
    },
  };
}

async function listenForClients(
  listener: net.Server,
  { socketPath, password }: ServerOptions,
): Promise<string> {
  await new Promise<void>((done, fail) => {
    listener.once('error', fail);
    if (socketPath === undefined) listener.listen(0, '127.0.0.1', done);
    else listener.listen(socketPath, done);
  });
  if (socketPath !== undefined) return socketUri(socketPath);
  const { port } = listener.address() as net.AddressInfo;
  return `mongodb://${password === undefined ? '' : `${USERNAME}:${password}@`}127.0.0.1:${port}`;
}

interface ServeOptions {
  id: number;
  onFault(error: Error): void;
}

async function serve(state: ServerState, socket: net.Socket, { id, onFault }: ServeOptions): Promise<void> {
  const connection: ConnectionState = { id, isAuthenticated: false, conversation: undefined };
  let responseId = 0;
  try {
    for await (const bytes of readMessages(socket)) {
      const message = parseMessage(bytes);
      const reply = await runCommand(state, connection, message);
      if (!message.wantsReply || socket.destroyed) continue;
      responseId = (responseId + 1) & 0x7fffffff;
      await send(socket, frameReply(message, reply, responseId));
    }
  } catch (thrown) {
    const error = thrown as NodeJS.ErrnoException;
    if (!(error instanceof ProtocolError) && !DISCONNECTED.has(error.code ?? '')) onFault(error);
  }
  socket.destroy();
}

/** The errors of a connection whose client has gone. */
const DISCONNECTED = new Set([
  'ECONNRESET',
  'EPIPE',
  'ERR_STREAM_PREMATURE_CLOSE',
  'ERR_STREAM_DESTROYED',
  'ABORT_ERR',
]);

/** Writes all pieces at once, and waits if the client reads too slowly. */
async function send(socket: net.Socket, pieces: Buffer[]): Promise<void> {
  socket.cork();
  let isFlushed = true;
  for (const piece of pieces) isFlushed = socket.write(piece);
  socket.uncork();
  if (!isFlushed && !socket.destroyed) await waitForDrain(socket);
}

function waitForDrain(socket: net.Socket): Promise<void> {
  return new Promise((resume) => {
    const done = (): void => {
      socket.off('drain', done).off('close', done);
      resume();
    };
    socket.on('drain', done).on('close', done);
  });
}

/** Runs recurring work, one piece at a time. */
class Housekeeping {
  isStopped = false;
  private readonly timers: NodeJS.Timeout[] = [];
  private readonly onFault: (error: Error) => void;
  private last: Promise<void> = Promise.resolve();

  constructor({ onFault }: ServerOptions) {
    this.onFault = onFault;
  }

  repeat(intervalMs: number, work: () => Promise<void>): void {
    this.timers.push(setInterval(() => this.run(work), intervalMs).unref());
  }

  run(work: () => Promise<void>): void {
    this.last = this.last
      .then(() => (this.isStopped ? undefined : work()))
      .catch((error: Error) => {
        if (!this.isStopped) this.onFault(error);
      });
  }

  stop(): Promise<void> {
    this.isStopped = true;
    for (const timer of this.timers) clearInterval(timer);
    return this.last;
  }
}
