import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** A slow connection to a server, which can be cut. */
export interface FrailConnection {
  readonly url: string;
  /** Bytes that the browser has sent. */
  readonly sentBytes: () => number;
  /** Breaks all connections and refuses new ones until `mend`. */
  readonly cut: () => void;
  readonly mend: () => void;
  readonly close: () => Promise<void>;
}

export async function startFrailConnection(
  serverUrl: string,
  { bytesPerMs }: { bytesPerMs: number },
): Promise<FrailConnection> {
  const { hostname, port } = new URL(serverUrl);
  const sockets = new Set<Socket>();
  let sent = 0;
  let isCut = false;
  const server = createServer((browser) => {
    if (isCut) return browser.resetAndDestroy();
    const target = connect(Number(port), hostname);
    for (const socket of [browser, target]) {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => {
        sockets.delete(socket);
        browser.destroy();
        target.destroy();
      });
    }
    target.pipe(browser);
    void forward(browser, target);
  });
  const forward = async (browser: Socket, target: Socket) => {
    try {
      for await (const chunk of browser as AsyncIterable<Buffer>) {
        sent += chunk.length;
        target.write(chunk);
        await sleep(chunk.length / bytesPerMs);
      }
      target.end();
    } catch {
      target.destroy();
    }
  };
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    sentBytes: () => sent,
    cut: () => {
      isCut = true;
      for (const socket of sockets) socket.resetAndDestroy();
    },
    mend: () => {
      isCut = false;
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
