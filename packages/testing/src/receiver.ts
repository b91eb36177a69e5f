import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import { listenOnLoopback, shutDown } from './loopback-server.js';

export interface ReceivedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly rawBody: Buffer;
  /** The parsed body; undefined if it is not JSON. */
  readonly json: unknown;
  /** The connection it came on, to see whether connections are kept: 1, 2, ... in order of arrival. */
  readonly connection: number;
}

export interface ReceiverAnswer {
  /** Default 200. */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Text and bytes are sent unchanged, anything else as JSON. Default empty. */
  readonly body?: unknown;
  /** Wait before answering. */
  readonly delayMs?: number;
  /**
   * `hang`: never answer. `hang_in_body`: send the headers and `body`, then never end. `destroy`: close the
   * connection without an answer. `destroy_in_body`: close it after the headers and `body`.
   */
  readonly fault?: 'hang' | 'hang_in_body' | 'destroy' | 'destroy_in_body';
}

/** One answer for all requests, or a function of the request and its number (from 1) since the script was set. */
export type ReceiverScript =
  | ReceiverAnswer
  | ((request: ReceivedRequest, number: number) => ReceiverAnswer | Promise<ReceiverAnswer>);

export interface Receiver {
  /** `http://127.0.0.1:PORT/hook`. */
  readonly url: string;
  readonly port: number;
  /** All requests so far, in order of their bodies' end. */
  readonly requests: readonly ReceivedRequest[];
  readonly answerWith: (script: ReceiverScript) => void;
  /** Resolves when `count` requests have arrived since the start. */
  readonly received: (count: number) => Promise<readonly ReceivedRequest[]>;
  /** Forgets the requests so far. */
  readonly clear: () => void;
  readonly close: () => Promise<void>;
}

/** A webhook receiver: a real HTTP server on a loopback port that records what it gets and answers by script. */
export async function startReceiver(
  options: { script?: ReceiverScript; port?: number } = {},
): Promise<Receiver> {
  const requests: ReceivedRequest[] = [];
  const waiting: { count: number; resolve: () => void }[] = [];
  const connections = new Map<unknown, number>();
  let script: ReceiverScript = options.script ?? {};
  let number = 0;

  const server = createServer(async (request, response) => {
    try {
      const received = await record(request, connections.get(request.socket) ?? 0);
      requests.push(received);
      number += 1;
      for (const waiter of waiting) if (requests.length >= waiter.count) waiter.resolve();
      await answer(response, typeof script === 'function' ? await script(received, number) : script);
    } catch {
      // The sender went away in the middle of its request.
      response.destroy();
    }
  });
  server.on('connection', (socket) => connections.set(socket, connections.size + 1));
  const port = await listenOnLoopback(server, options.port);

  return {
    url: `http://127.0.0.1:${port}/hook`,
    port,
    requests,
    answerWith: (next) => {
      script = next;
      number = 0;
    },
    received: async (count) => {
      if (requests.length < count)
        await new Promise<void>((resolve) => {
          waiting.push({ count, resolve });
        });
      return requests;
    },
    clear: () => {
      requests.length = 0;
    },
    close: () => shutDown(server),
  };
}

async function record(request: IncomingMessage, connection: number): Promise<ReceivedRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const rawBody = Buffer.concat(chunks);
  const { method = '', url: path = '', headers } = request;
  return { method, path, headers, rawBody, json: parseJson(rawBody), connection };
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
}

async function answer(response: ServerResponse, script: ReceiverAnswer): Promise<void> {
  const { status = 200, headers = {}, body = '', delayMs = 0, fault } = script;
  if (delayMs > 0) await new Promise((resolve) => setTimeout(resolve, delayMs));
  if (fault === 'hang') return;
  if (fault === 'destroy') {
    response.destroy();
    return;
  }
  const bytes = toBytes(body);
  if (fault === undefined) {
    response.writeHead(status, { 'content-length': bytes.length, ...headers }).end(bytes);
    return;
  }
  response.writeHead(status, { 'content-length': bytes.length + 100, ...headers });
  response.write(bytes, () => {
    if (fault === 'destroy_in_body') response.destroy();
  });
}

function toBytes(body: unknown): Buffer {
  if (Buffer.isBuffer(body)) return body;
  return Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
}
