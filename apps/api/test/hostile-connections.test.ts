import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { projectSecretsSchema } from '@inlet/contracts';
import { cliProcesses, type FeedServer, type Serving, startFeedServer } from '@inlet/testing';
import { type TestDatabase, testDatabase } from '@inlet/testing/database';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

let database: TestDatabase;
let address: string;
let lines: Serving['lines'];
let secretKey: string;
let site: FeedServer;
const { output, serve, kill } = cliProcesses(() => database.environment);
const sockets: Socket[] = [];

/** Connections of each of these addresses of this machine. */
const PER_ADDRESS = 100;
const ADDRESSES = Array.from({ length: 6 }, (_, index) => `127.0.1.${index + 1}`);

beforeAll(async () => {
  database = testDatabase();
  site = await startFeedServer();
  ({ address, lines } = await serve({
    INLET_MAX_CONNECTIONS: '300',
    INLET_CONNECTIONS_PER_ADDRESS: '60',
    INLET_REQUEST_TIMEOUT_SECONDS: '2',
    INLET_OUTLINE_DEADLINE_SECONDS: '4',
  }));
  const created = await output(['project', 'create', '--name', 'Shop', '--json']);
  ({ secretKey } = projectSecretsSchema.parse(JSON.parse(created.out)));
});
afterAll(async () => {
  for (const socket of sockets) socket.destroy();
  await Promise.all([kill(), site.close()]);
  await database.forget();
});

function open(text: string, localAddress = '127.0.0.1'): Socket {
  const { hostname, port } = new URL(address);
  const socket = connect({ host: hostname, port: Number(port), localAddress });
  socket.on('error', () => undefined);
  socket.on('connect', () => socket.write(text));
  sockets.push(socket);
  return socket;
}

async function answerOf(socket: Socket): Promise<string> {
  let text = '';
  socket.on('data', (chunk) => {
    text += chunk;
  });
  // Not `once` of node:events, which rejects if the client writes to a connection that the server has just closed.
  await new Promise((resolve) => socket.once('close', resolve));
  return text;
}

const POST = 'POST /v1/templates HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n';
const SILENT = {
  'sends nothing': '',
  'sends half of its headers': 'GET /healthz HTTP/1.1\r\nhost: loc',
  'sends no body': () => `${POST}accesskey: ${secretKey}\r\ncontent-length: 1000\r\n\r\n`,
  'sends half of a body': () => `${POST}accesskey: ${secretKey}\r\ncontent-length: 1000\r\n\r\n{"name":`,
};

describe.concurrent('a connection', () => {
  it.each(Object.entries(SILENT))('that %s gets 408 and is closed', async (_, text) => {
    const answer = await answerOf(open(typeof text === 'string' ? text : text()));
    expect(answer).toMatch(/^HTTP\/1\.1 408 Request Timeout\r\n/);
    expect(answer).toContain('"code":"request_timeout"');
  });

  it('that sends its body in drops is closed', async () => {
    const socket = open(`${POST}accesskey: ${secretKey}\r\ncontent-length: 1000\r\n\r\n`);
    const drops = setInterval(() => socket.write(' '), 50);
    expect(await answerOf(socket)).toMatch(/^HTTP\/1\.1 408 /);
    clearInterval(drops);
  });

  it('that sends no body after it was refused without a key is closed', async () => {
    const answer = await answerOf(open(`${POST}content-length: 1000\r\n\r\n`));
    expect(answer).toMatch(/^HTTP\/1\.1 401 /);
    expect(answer).not.toContain('408');
  });

  it('that waits for a slow response is not closed', async () => {
    const url = site.route('/never.xml', () => undefined);
    const response = await fetch(`${address}/v1/sources/outline`, {
      method: 'POST',
      headers: { accesskey: secretKey, 'content-type': 'application/json' },
      body: JSON.stringify({ source: { kind: 'url', url } }),
    });
    expect(await response.json()).toMatchObject({ code: 'source_timeout' });
  });
});

it('a client that leaves is no fault of the server, neither in the log nor in the metrics', async () => {
  const left = async () => {
    const metrics = await (await fetch(`${address}/metrics`)).text();
    expect(metrics).not.toMatch(/request_duration_seconds_count\{.*status="5/);
    return /request_duration_seconds_count\{.*outline",status="499"\} (\d+)/.exec(metrics)?.[1];
  };
  const body = JSON.stringify({
    source: { kind: 'url', url: `${site.route('/left.xml', () => void socket.destroy())}` },
  });
  const head = `POST /v1/sources/outline HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\naccesskey: ${secretKey}\r\n`;
  const socket = open(`${head}content-length: ${body.length}\r\n\r\n${body}`);
  const half = open(`${head}content-length: 1000\r\n\r\n{`, '127.0.0.2');
  setTimeout(() => half.destroy(), 100);
  await expect.poll(left, { timeout: 10_000 }).toBe('2');
  expect(lines.filter(({ level }) => level === 'error' || level === 'fatal')).toEqual([]);
});

it('hundreds of silent connections keep nobody out', async () => {
  const opened = ADDRESSES.flatMap((from) => Array.from({ length: PER_ADDRESS }, () => open(POST, from)));
  await Promise.all(opened.map((socket) => Promise.race([once(socket, 'connect'), once(socket, 'close')])));
  // A new connection for each request: an idle one may be replaced.
  const ask = (path: string) =>
    answerOf(
      open(`GET ${path} HTTP/1.1\r\nhost: localhost\r\naccesskey: ${secretKey}\r\nconnection: close\r\n\r\n`),
    );
  for (const path of ['/healthz', '/readyz', '/v1/templates', '/v1/project'])
    expect(await ask(path)).toMatch(/^HTTP\/1\.1 200 /);
  const metrics = await ask('/metrics');
  const [, openCount] = /^inlet_http_connections (\d+)/m.exec(metrics) ?? [];
  expect(Number(openCount)).toBeLessThanOrEqual(300);
  expect(metrics).toMatch(/inlet_http_connections_replaced_total\{scope="address"\} \d{2,}/);
});
