// The processes that a measurement needs besides Inlet: the site with the feed, the receiver of the rows, and a bare
// Fastify.
import { fork } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import Fastify from 'fastify';

const HERE = fileURLToPath(import.meta.url);

/** Starts a peer in a separate process; resolves with its address and `ask`, which fetches its counters. */
export async function startPeer(kind, options = {}) {
  const child = fork(HERE, [kind, JSON.stringify(options)], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const { port } = await new Promise((resolve, reject) => {
    child.once('message', resolve);
    child.once('exit', () => reject(new Error(`the ${kind} did not start`)));
  });
  const url = `http://127.0.0.1:${port}`;
  const counters = () => fetch(`${url}/counters`).then((response) => response.json());
  return { url, pid: child.pid, counters, stop: () => child.kill() };
}

/** Serves a file with an ETag; `?plain` omits the ETag. `/small` serves a small feed for many jobs. */
function site({ path, bytes }) {
  const small =
    '<rss version="2.0"><channel><title>s</title><item><guid>1</guid><title>One</title></item></channel></rss>';
  return (request, response) => {
    if (request.url.startsWith('/small')) {
      response.writeHead(200, { 'content-type': 'application/rss+xml' }).end(small);
      return;
    }
    const etag = '"feed"';
    if (!request.url.endsWith('?plain')) {
      if (request.headers['if-none-match'] === etag) {
        response.writeHead(304, { etag }).end();
        return;
      }
      response.setHeader('etag', etag);
    }
    response.writeHead(200, { 'content-type': 'application/rss+xml', 'content-length': bytes });
    createReadStream(path, { highWaterMark: 262_144 }).pipe(response);
  };
}

/** Counts requests and bytes, and records the time of each request. */
function receiver() {
  const counters = { requests: 0, bytes: 0, firstAt: 0, lastAt: 0 };
  return (request, response) => {
    if (request.url === '/counters') {
      response.end(JSON.stringify(counters));
      return;
    }
    request.on('data', (chunk) => {
      counters.bytes += chunk.length;
    });
    request.on('end', () => {
      counters.requests += 1;
      counters.firstAt ||= Date.now();
      counters.lastAt = Date.now();
      response.end('{}');
    });
  };
}

/** Starts Fastify without plugins, schemas or a log. It returns one value as JSON, after parsing the body of a POST. */
async function startFastify({ json, status }) {
  const app = Fastify();
  const value = JSON.parse(json);
  const handler = (_, reply) => reply.code(status).send(value);
  app.get('/', handler);
  app.post('/', handler);
  await app.listen({ port: 0, host: '127.0.0.1' });
  return app.server.address().port;
}

function startServer(handler) {
  return new Promise((resolve) => {
    const server = createServer({ keepAliveTimeout: 60_000 }, handler).listen(0, '127.0.0.1', () =>
      resolve(server.address().port),
    );
  });
}

const START = {
  site: (options) => startServer(site(options)),
  receiver: () => startServer(receiver()),
  fastify: startFastify,
};

if (process.argv[1] === HERE) {
  const [, , kind, options] = process.argv;
  process.send({ port: await START[kind](JSON.parse(options)) });
  process.on('disconnect', () => process.exit(0));
}
