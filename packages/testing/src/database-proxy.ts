import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { BSON } from 'mongodb';

/** The answer of a server that does not carry out a command. */
interface DatabaseRefusal {
  readonly code: number;
  readonly codeName: string;
}

/** A MongoDB server that can be told to refuse commands, as one does during an election. */
export interface DatabaseProxy {
  readonly uri: string;
  /** Answers commands of these names with an error instead of passing them on; null passes all on again. */
  readonly refuse: (commands: readonly string[], refusal: DatabaseRefusal | null) => void;
  /** How many commands were refused. */
  readonly refusedCount: () => number;
  readonly close: () => Promise<void>;
}

const OP_MSG = 2013;
/** Length, request id, id of the request that it answers, operation, flags, kind of the first section. */
const HEAD_BYTES = 21;

/** Starts a proxy in front of the server at `uri`, which has one host or is a Unix socket. */
export async function startDatabaseProxy(uri: string): Promise<DatabaseProxy> {
  const target = new URL(uri);
  const sockets = new Set<Socket>();
  let refused = 0;
  let refusal: DatabaseRefusal | null = null;
  let names: readonly string[] = [];

  const answerTo = (message: Buffer): Buffer | null => {
    if (refusal === null || message.readInt32LE(12) !== OP_MSG) return null;
    const command = BSON.deserialize(message.subarray(HEAD_BYTES));
    if (!names.includes(Object.keys(command)[0] ?? '')) return null;
    refused += 1;
    return replyTo(message, { ok: 0, errmsg: `refused: ${refusal.codeName}`, ...refusal });
  };
  const server = createServer((client) => {
    const upstream = connect(addressOf(target));
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => socket.destroy());
      socket.on('close', () => {
        sockets.delete(socket);
        client.destroy();
        upstream.destroy();
      });
    }
    upstream.pipe(client);
    let unread = Buffer.alloc(0);
    client.on('data', (chunk: Buffer) => {
      unread = Buffer.concat([unread, chunk]);
      while (unread.length >= 4 && unread.length >= unread.readInt32LE(0)) {
        const message = unread.subarray(0, unread.readInt32LE(0));
        unread = unread.subarray(message.length);
        const answer = answerTo(message);
        if (answer) client.write(answer);
        else upstream.write(message);
      }
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const proxied = new URL(uri);
  proxied.host = `127.0.0.1:${port}`;
  return {
    uri: proxied.href,
    refuse: (commands, next) => {
      names = commands;
      refusal = next;
    },
    refusedCount: () => refused,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

function addressOf({ hostname, port }: URL) {
  const host = decodeURIComponent(hostname);
  return host.includes('/') ? { path: host } : { host, port: Number(port) };
}

function replyTo(message: Buffer, body: BSON.Document): Buffer {
  const document = BSON.serialize(body);
  const head = Buffer.alloc(HEAD_BYTES);
  head.writeInt32LE(HEAD_BYTES + document.length, 0);
  head.writeInt32LE(message.readInt32LE(4), 8);
  head.writeInt32LE(OP_MSG, 12);
  return Buffer.concat([head, document]);
}
