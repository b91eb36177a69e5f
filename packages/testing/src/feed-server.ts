import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { listenOnLoopback, shutDown } from './loopback-server.js';
import type { TestCertificate } from './test-certificate.js';

export type FeedBody = string | Uint8Array | (() => AsyncIterable<Uint8Array> | Iterable<Uint8Array>);

/** The response of a route. All fields are optional; the default is 200 with an empty body. */
export interface FeedRoute {
  /** Default 200; 302 with `redirectTo`. */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Text, bytes, or a function that streams; streams are sent in chunked encoding. */
  readonly body?: FeedBody;
  /** Sent, and answered with 304 when it is asked for again. */
  readonly etag?: string;
  readonly lastModified?: string;
  /** Text and bytes are packed in this way, and the header says so. */
  readonly encoding?: 'gzip' | 'br' | 'deflate' | 'deflate-raw';
  readonly redirectTo?: string;
  readonly delayMs?: number;
  /** Never answer. */
  readonly hang?: boolean;
  /** Send the body in pieces with pauses. */
  readonly drip?: { readonly bytes: number; readonly everyMs: number };
  /** Close the connection after this many bytes of the body. */
  readonly cutAfterBytes?: number;
  /** A content-length other than the true one; the connection is closed after the body. */
  readonly contentLength?: number;
}

export type FeedHandler = (request: IncomingMessage, response: ServerResponse) => void | Promise<void>;

export interface FeedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
}

export interface FeedServer {
  /** `http://127.0.0.1:PORT`, or https with a certificate. */
  readonly origin: string;
  readonly port: number;
  readonly url: (path: string) => string;
  /** All requests so far. */
  readonly requests: readonly FeedRequest[];
  /** Sets or replaces what a path answers; returns its URL. Paths without a route answer 404. */
  readonly route: (path: string, route: FeedRoute | FeedHandler) => string;
  readonly close: () => Promise<void>;
}

/** A site with feeds: a real HTTP(S) server on a loopback port whose routes are set by the test. */
export async function startFeedServer(
  options: { certificate?: TestCertificate; port?: number } = {},
): Promise<FeedServer> {
  const routes = new Map<string, FeedRoute | FeedHandler>();
  const requests: FeedRequest[] = [];
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { method = '', url: path = '', headers } = request;
    requests.push({ method, path, headers });
    const route = routes.get(path) ?? { status: 404, body: 'Not found' };
    try {
      await (typeof route === 'function' ? route(request, response) : answer(route, request, response));
    } catch {
      // The reader went away in the middle of the answer.
      response.destroy();
    }
  };
  const server = options.certificate ? createTlsServer(options.certificate, handle) : createServer(handle);
  const port = await listenOnLoopback(server, options.port);
  const origin = `${options.certificate ? 'https' : 'http'}://127.0.0.1:${port}`;
  const url = (path: string): string => origin + path;

  return {
    origin,
    port,
    url,
    requests,
    route: (path, route) => {
      routes.set(path, route);
      return url(path);
    },
    close: () => shutDown(server),
  };
}

async function answer(route: FeedRoute, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (route.delayMs) await pause(route.delayMs);
  if (route.hang) return;
  for (const [name, value] of Object.entries(headersOf(route))) response.setHeader(name, value);
  if (isFresh(route, request)) {
    response.writeHead(304).end();
    return;
  }
  response.statusCode = route.status ?? (route.redirectTo === undefined ? 200 : 302);
  const body = bodyOf(route);
  if (route.contentLength !== undefined) response.setHeader('content-length', route.contentLength);
  else if (body instanceof Uint8Array) response.setHeader('content-length', body.length);
  if (body instanceof Uint8Array && !route.drip && route.cutAfterBytes === undefined && !route.contentLength)
    response.end(body);
  else await send(chunksOf(body), route, response);
}

async function send(
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  route: FeedRoute,
  response: ServerResponse,
): Promise<void> {
  const isBroken = route.cutAfterBytes !== undefined || route.contentLength !== undefined;
  await pipeline(Readable.from(shaped(chunks, route), { objectMode: false }), response, { end: !isBroken });
  // A half-closed connection, so that what was written still arrives.
  if (isBroken) response.socket?.end();
}

async function* shaped(
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  { drip, cutAfterBytes = Number.POSITIVE_INFINITY }: FeedRoute,
): AsyncGenerator<Uint8Array> {
  let left = cutAfterBytes;
  for await (const chunk of chunks) {
    const piece = drip?.bytes ?? chunk.length;
    for (let at = 0; at < chunk.length && left > 0; at += piece) {
      if (drip) await pause(drip.everyMs);
      const part = chunk.subarray(at, Math.min(at + piece, at + left));
      left -= part.length;
      yield part;
    }
    if (left <= 0) return;
  }
}

function headersOf(route: FeedRoute): Record<string, string> {
  return {
    ...(route.etag === undefined ? {} : { etag: route.etag }),
    ...(route.lastModified === undefined ? {} : { 'last-modified': route.lastModified }),
    ...(route.redirectTo === undefined ? {} : { location: route.redirectTo }),
    ...(route.encoding === undefined ? {} : { 'content-encoding': route.encoding.replace('-raw', '') }),
    ...route.headers,
  };
}

function isFresh({ etag, lastModified }: FeedRoute, { headers }: IncomingMessage): boolean {
  if (headers['if-none-match'] !== undefined) return headers['if-none-match'] === etag;
  return headers['if-modified-since'] !== undefined && headers['if-modified-since'] === lastModified;
}

const PACK = { gzip: gzipSync, br: brotliCompressSync, deflate: deflateSync, 'deflate-raw': deflateRawSync };

function bodyOf({ body = '', encoding }: FeedRoute): Exclude<FeedBody, string> {
  if (typeof body === 'function') return body;
  const bytes = typeof body === 'string' ? Buffer.from(body) : body;
  return encoding === undefined ? bytes : PACK[encoding](bytes);
}

function chunksOf(body: Exclude<FeedBody, string>): AsyncIterable<Uint8Array> | Iterable<Uint8Array> {
  return typeof body === 'function' ? body() : [body];
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
