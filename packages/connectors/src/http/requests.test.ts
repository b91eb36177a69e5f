import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { createServer as createTlsServer } from 'node:tls';
import type { SourceAuth, UrlSource } from '@inlet/contracts';
import {
  createTestCertificate,
  type FeedServer,
  startFeedServer,
  type TestCertificate,
} from '@inlet/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createGuard, createHttpConnector } from '../index.js';

const guard = createGuard({ allowedPrivateNetworks: ['127.0.0.1/32'] });
let server: FeedServer;
let other: FeedServer;
let now = Date.now();
beforeAll(async () => {
  [server, other] = await Promise.all([startFeedServer(), startFeedServer()]);
});
beforeEach(() => {
  now = Date.now();
});
afterAll(async () => {
  guard.close();
  await Promise.all([server.close(), other.close()]);
});

const createConnector = () => createHttpConnector({ guard, userAgent: 'Inlet/test', now: () => now });
const connector = createConnector();

async function read(url: string, source: Partial<UrlSource> = {}, from = connector) {
  const options = { since: null, limits: { maxBytes: 1_000_000 } };
  const opened = await from.open({ kind: 'url', url, ...source }, options);
  if (opened.kind !== 'bytes') throw new Error('a body was expected');
  const chunks: Uint8Array[] = [];
  for await (const chunk of opened.bytes) chunks.push(chunk);
  return { ...opened, text: Buffer.concat(chunks).toString() };
}

const rawServers: Server[] = [];
afterAll(() => {
  for (const each of rawServers) each.close();
});

/** A server that answers each request with these bytes. */
async function rawServer(pieces: readonly string[], certificate?: TestCertificate): Promise<string> {
  const answer = (socket: Socket) => {
    socket.on('error', () => undefined);
    socket.once('data', async () => {
      for (const piece of pieces) {
        socket.write(piece, 'latin1');
        await sleep(5);
      }
    });
  };
  const raw = certificate ? createTlsServer(certificate, answer) : createServer(answer);
  rawServers.push(raw);
  await new Promise<void>((resolve) => {
    raw.listen(0, '127.0.0.1', resolve);
  });
  return `http${certificate ? 's' : ''}://127.0.0.1:${(raw.address() as AddressInfo).port}/`;
}

const last = (from: FeedServer) => from.requests.at(-1);

describe('cookies of one fetch', () => {
  const gate = (path: string, cookie = 'seen=1; Path=/; HttpOnly') =>
    server.route(path, (request, response) => {
      if (request.headers.cookie?.includes('seen=1')) response.end('<rss/>');
      else response.writeHead(302, { location: path, 'set-cookie': ['lang=en', cookie] }).end();
    });

  it('open a site that redirects to the same address until its cookie comes back', async () => {
    expect((await read(gate('/gate'))).text).toBe('<rss/>');
    expect(last(server)?.headers.cookie).toBe('lang=en; seen=1');
  });

  it('are added to those that the source sets', async () => {
    await read(gate('/gate'), { headers: { Cookie: 'own=1' } });
    expect(last(server)?.headers.cookie).toBe('own=1; lang=en; seen=1');
  });

  it('are forgotten after the fetch, and when they expire', async () => {
    await read(gate('/gate'));
    await read(server.route('/plain', { body: 'x' }));
    expect(last(server)?.headers.cookie).toBeUndefined();
    for (const attribute of ['Max-Age=0', 'Expires=Thu, 01 Jan 1970 00:00:00 GMT'])
      await expect(read(gate('/gone', `seen=1; ${attribute}`))).rejects.toMatchObject({
        code: 'source_too_many_redirects',
      });
  });

  it.each<[string, string, string, string | undefined]>([
    ['below their path', '/shop/login', 'seen=1; Path=/shop/a; path=/shop', 'seen=1'],
    ['at their path', '/login', 'seen=1; Path=/shop/feed.xml', 'seen=1'],
    ['not beside their path', '/login', 'seen=1; Path=/shop/f', undefined],
    ['not above their path', '/shop/more/login', 'seen=1', undefined],
    ['below the folder of the address without a path', '/shop/login', 'seen=1; Path=x', 'seen=1'],
  ])('are sent %s', async (_, path, cookie, expected) => {
    server.route('/shop/feed.xml', { body: 'x' });
    await read(server.route(path, { redirectTo: '/shop/feed.xml', headers: { 'set-cookie': cookie } }));
    expect(last(server)?.headers.cookie).toBe(expected);
  });

  it('of one name and several paths are sent together, the longest path first', async () => {
    server.route('/shop/feed.xml', { body: 'x' });
    server.route('/login', (_, response) => {
      const cookies = ['seen=1; Path=/', 'seen=2; Path=/shop'];
      response.writeHead(302, { location: '/shop/feed.xml', 'set-cookie': cookies }).end();
    });
    await read(server.url('/login'));
    expect(last(server)?.headers.cookie).toBe('seen=2; seen=1');
  });

  it('are sent to no other origin', async () => {
    const target = other.route('/target', { body: 'x' });
    const url = server.route('/away', {
      redirectTo: target,
      headers: { 'set-cookie': 'seen=1; Domain=127.0.0.1' },
    });
    expect((await read(url)).text).toBe('x');
    expect(last(other)?.headers.cookie).toBeUndefined();
  });
});

describe('authentication', () => {
  it.each<[SourceAuth, object]>([
    [{ kind: 'bearer', token: 't' }, { authorization: 'Bearer t' }],
    [{ kind: 'api_key', in: 'header', name: 'X-Key', value: 'k' }, { 'x-key': 'k' }],
    [{ kind: 'basic', username: 'u', password: 'p' }, { authorization: 'Basic dTpw' }],
  ])('is sent in a header: %j', async (auth, headers) => {
    const url = server.route('/header', { body: 'x' });
    await read(url, { auth, headers: { 'x-key': 'replaced', authorization: 'replaced' } });
    expect(last(server)?.headers).toMatchObject(headers);
  });

  describe('with a key in the query', () => {
    const auth = { kind: 'api_key', in: 'query', name: 'key', value: 'SE CRET' } as const;

    it('is sent on each request to the server, and shown in no address', async () => {
      server.route('/key?a=1&key=SE+CRET', { status: 301, redirectTo: '/moved?b=2&key=SE+CRET' });
      server.route('/moved?b=2&key=SE+CRET', { body: 'x' });
      const opened = await read(server.url('/key?a=1'), { auth });
      const moved = server.url('/moved?b=2');
      expect(opened).toMatchObject({ text: 'x', finalUrl: moved, movedTo: moved, hints: { baseUrl: moved } });
    });

    it('is not sent to another server', async () => {
      server.route('/leave?key=SE+CRET', { redirectTo: `${other.origin}/target?key=SE+CRET` });
      other.route('/target', { body: 'x' });
      await read(server.url('/leave'), { auth });
      expect(last(other)?.path).toBe('/target');
    });
  });
});

describe('OAuth2 client credentials', () => {
  let asked: { authorization: string | undefined; form: URLSearchParams }[] = [];
  let answer: (request: (typeof asked)[number]) => { status?: number; json: object } = () => ({ json: {} });
  let token = 0;
  let fresh: ReturnType<typeof createConnector>;
  const auth = (changes: object = {}) => ({
    kind: 'oauth2_client_credentials' as const,
    tokenUrl: other.url('/token'),
    clientId: 'cl:ient',
    clientSecret: 'se cret',
    ...changes,
  });

  beforeEach(() => {
    asked = [];
    fresh = createConnector();
    answer = () => {
      token += 1;
      return { json: { access_token: `t${token}`, token_type: 'Bearer', expires_in: 3600 } };
    };
    other.route('/token', async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk);
      const { authorization } = request.headers;
      const seen = { authorization, form: new URLSearchParams(Buffer.concat(chunks).toString()) };
      asked.push(seen);
      const { status = 200, json } = answer(seen);
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(json));
    });
    server.route(
      '/oauth',
      (request, response) =>
        void response.writeHead(request.headers.authorization === `Bearer t${token}` ? 200 : 401).end('data'),
    );
  });

  it('fetch a token, use it until it expires, and then fetch another', async () => {
    const source = { auth: auth({ scope: 'read all', audience: 'https://api.example' }) };
    for (let times = 0; times < 3; times += 1)
      expect((await read(server.url('/oauth'), source, fresh)).text).toBe('data');
    const authorization = `Basic ${Buffer.from('cl%3Aient:se+cret').toString('base64')}`;
    expect(asked.map(({ form, authorization: sent }) => [sent, Object.fromEntries(form)])).toEqual([
      [
        authorization,
        { grant_type: 'client_credentials', scope: 'read all', audience: 'https://api.example' },
      ],
    ]);
    now += 3_600_000;
    expect((await read(server.url('/oauth'), source, fresh)).text).toBe('data');
    expect(asked).toHaveLength(2);
  });

  it('fetch another token once if the server rejects the kept one', async () => {
    const source = { auth: auth() };
    await read(server.url('/oauth'), source, fresh);
    token += 1;
    expect((await read(server.url('/oauth'), source, fresh)).text).toBe('data');
    expect(asked).toHaveLength(2);
    server.route('/closed', { status: 401 });
    await expect(read(server.url('/closed'), source, fresh)).rejects.toMatchObject({
      code: 'source_unauthorized',
    });
    expect(asked).toHaveLength(3);
  });

  it('are sent in the body to a server that does not take them in the header', async () => {
    const inHeader = answer;
    answer = (request) =>
      request.authorization ? { status: 401, json: { error: 'invalid_client' } } : inHeader(request);
    expect((await read(server.url('/oauth'), { auth: auth() }, fresh)).text).toBe('data');
    expect(Object.fromEntries(asked[1]?.form ?? [])).toEqual({
      grant_type: 'client_credentials',
      client_id: 'cl:ient',
      client_secret: 'se cret',
    });
  });

  it.each([
    [
      { status: 400, json: { error: 'invalid_scope' } },
      'source_unauthorized',
      /status 400 \(invalid_scope\)/,
    ],
    [{ status: 200, json: {} }, 'source_unauthorized', /no access token/],
    [{ status: 503, json: {} }, 'source_server_error', /503/],
  ])('that the token server does not accept end the fetch: %j', async (answered, code, detail) => {
    answer = () => answered;
    await expect(read(server.url('/oauth'), { auth: auth() }, fresh)).rejects.toMatchObject({
      code,
      detail: expect.stringMatching(detail),
    });
  });

  it('are sent to no private address', async () => {
    const tokenUrl = 'http://10.0.0.1/token';
    await expect(read(server.url('/oauth'), { auth: auth({ tokenUrl }) }, fresh)).rejects.toMatchObject({
      code: 'source_address_private',
    });
  });
});

describe('a request with a JSON body', () => {
  const request = { method: 'POST', body: { query: '{ products { id } }' } } as const;
  const echo = (path: string) =>
    server.route(path, async (from, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of from) chunks.push(chunk);
      const { 'content-type': type } = from.headers;
      response.writeHead(200, { etag: '"1"' }).end(`${from.method} ${type} ${Buffer.concat(chunks)}`);
    });

  it('is sent with POST, and its response has no version', async () => {
    const opened = await read(echo('/graphql'), { request });
    expect(opened).toMatchObject({
      text: 'POST application/json {"query":"{ products { id } }"}',
      version: null,
    });
  });

  it.each([
    [307, /^POST application\/json \{"query"/],
    [308, /^POST/],
    [302, /^GET undefined $/],
    [303, /^GET/],
  ])('after a redirect with status %i', async (status, text) => {
    const url = server.route('/redirect', { status, redirectTo: echo('/graphql') });
    expect((await read(url, { request })).text).toMatch(text);
  });

  it('is not sent to another server', async () => {
    const url = server.route('/redirect', { status: 307, redirectTo: other.url('/graphql') });
    await expect(read(url, { request })).rejects.toMatchObject({ code: 'source_redirect_invalid' });
  });
});

describe('responses of unusual servers', () => {
  it.each([
    [
      'in one piece',
      [
        'HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX-A: b\r\ncontent-length: 5\r\nContent-Length: 5\r\n\r\nhello',
      ],
    ],
    ['in a list', ['HTTP/1.1 200 OK\r\nContent-Length: 5, 5\r\n\r\nhello']],
    [
      'in a list and in another header',
      ['HTTP/1.1 200 OK\r\nContent-Length: 5,5 ,5\r\nContent-Length: 5\r\n\r\nhello'],
    ],
    ['in pieces', ['HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-', 'Length: 5\r\n\r', '\nhe', 'llo']],
  ])('may repeat their length with the same value: %s', async (_, pieces) => {
    expect((await read(await rawServer(pieces))).text).toBe('hello');
  });

  it('may repeat their length over TLS, with an authority of the guard', async () => {
    const certificate = createTestCertificate();
    const secure = createGuard({
      allowedPrivateNetworks: ['127.0.0.1/32'],
      certificateAuthorities: [certificate.cert],
    });
    const own = createHttpConnector({ guard: secure, userAgent: 'Inlet/test', now: () => now });
    const head = 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\n';
    expect((await read(await rawServer([head, 'hello'], certificate), {}, own)).text).toBe('hello');
    secure.close();
  });

  it.each([
    ['in two headers', 'Content-Length: 5\r\nContent-Length: 6'],
    ['in a list', 'Content-Length: 5, 6'],
    ['in a list whose values begin alike', 'Content-Length: 5, 55'],
  ])('may not name two lengths %s', async (_, lengths) => {
    const url = await rawServer([`HTTP/1.1 200 OK\r\n${lengths}\r\n\r\nhello`]);
    await expect(read(url)).rejects.toMatchObject({ code: 'source_http_error' });
  });

  it('may have large header blocks', async () => {
    const headers = { 'x-policy': 'p'.repeat(60_000), 'x-more': 'm'.repeat(60_000) };
    expect((await read(server.route('/headers', { body: 'x', headers }))).text).toBe('x');
  });
});
