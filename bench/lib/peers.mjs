// The processes that a measurement needs besides Inlet: the site with the feed, and the receiver of the rows.
import { fork } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';

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
  return { url, counters, stop: () => child.kill() };
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

if (process.argv[1] === HERE) {
  const [, , kind, options] = process.argv;
  const handler = kind === 'site' ? site(JSON.parse(options)) : receiver();
  const server = createServer({ keepAliveTimeout: 60_000 }, handler).listen(0, '127.0.0.1', () => {
    process.send({ port: server.address().port });
  });
  process.on('disconnect', () => process.exit(0));
}
