import { once } from 'node:events';
import { createServer } from 'node:net';
import { gzipSync } from 'node:zlib';
import { InletError, type UrlSource } from '@inlet/contracts';
import { createTestCertificate, type FeedServer, fakeClock, startFeedServer } from '@inlet/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  type Connector,
  createGuard,
  createHttpConnector,
  type OpenLimits,
  type OpenResult,
  type SourceOpenOptions,
} from '../index.js';

const certificate = createTestCertificate();

const guard = createGuard({
  allowedPrivateNetworks: ['127.0.0.1/32'],
  certificateAuthorities: [certificate.cert],
});
const createConnector = (now = Date.now): Connector<UrlSource> =>
  createHttpConnector({ guard, userAgent: 'Inlet/test', now });

/** Version of a response with these validators. */
const versionWith = (validators: { etag?: string; lastModified?: string }): string =>
  JSON.stringify({ etag: null, lastModified: null, ...validators });

type Request = Omit<UrlSource, 'kind' | 'url'> & Partial<OpenLimits> & Partial<SourceOpenOptions>;

async function readAll(result: OpenResult): Promise<Buffer> {
  if (result.kind !== 'bytes') throw new Error(`Expected bytes, got ${result.kind}`);
  const chunks: Uint8Array[] = [];
  for await (const chunk of result.bytes) chunks.push(chunk);
  return Buffer.concat(chunks);
}

describe('the HTTP connector', () => {
  let server: FeedServer;
  let secure: FeedServer;
  let other: FeedServer;
  const connector = createConnector();
  beforeAll(async () => {
    server = await startFeedServer();
    other = await startFeedServer();
    secure = await startFeedServer({ certificate });
  });
  afterAll(async () => {
    guard.close();
    await Promise.all([server.close(), other.close(), secure.close()]);
  });

  const open = (url: string, request: Request = {}): Promise<OpenResult> => {
    const { headers, basicAuth, since = null, signal, mayRedirectTo, ...limits } = request;
    const options = { since, signal, mayRedirectTo, limits: { maxBytes: 1_000_000, ...limits } };
    return connector.open({ kind: 'url', url, headers, basicAuth }, options);
  };
  const readText = async (url: string, request: Request = {}): Promise<string> =>
    (await readAll(await open(url, request))).toString();
  const headersOfLast = (from: FeedServer) => from.requests.at(-1)?.headers;

  describe('a plain response', () => {
    it('returns the bytes, with their version, hints and size from the headers', async () => {
      const url = server.route('/plain', {
        body: '<rss/>',
        etag: '"v1"',
        lastModified: 'Mon, 05 Jan 2026 08:00:00 GMT',
        headers: { 'content-type': 'application/octet-stream; charset="ISO-8859-1"' },
      });
      const result = await open(`${url}#part`);
      expect(result).toMatchObject({
        kind: 'bytes',
        finalUrl: url,
        movedTo: null,
        version: versionWith({ etag: '"v1"', lastModified: 'Mon, 05 Jan 2026 08:00:00 GMT' }),
        hints: { charset: 'iso-8859-1', baseUrl: url },
        sizeBytes: 6,
      });
      expect((await readAll(result)).toString()).toBe('<rss/>');
    });

    it('sends a GET request with its user agent and the headers of the source', async () => {
      const url = server.route('/asked', { body: 'x' });
      await readText(url, { headers: { 'X-Token': 't', Accept: 'text/x' } });
      expect(server.requests.at(-1)?.method).toBe('GET');
      expect(headersOfLast(server)).toMatchObject({
        'user-agent': 'Inlet/test',
        'x-token': 't',
        accept: 'text/x',
        'accept-encoding': 'gzip, br, deflate',
      });
    });

    it('sends basic auth from its field or from the address, and keeps it out of the final address', async () => {
      const url = server.route('/auth', { body: 'x' });
      await readText(url, { basicAuth: { username: 'jörg', password: 'p:w' } });
      expect(headersOfLast(server)?.authorization).toBe(
        `Basic ${Buffer.from('jörg:p:w').toString('base64')}`,
      );
      const result = await open(url.replace('http://', 'http://me:s%40cret@'));
      await readAll(result);
      expect(headersOfLast(server)?.authorization).toBe(
        `Basic ${Buffer.from('me:s@cret').toString('base64')}`,
      );
      expect(result).toMatchObject({ finalUrl: url });
    });

    it('returns no bytes for an empty body and for status 204', async () => {
      expect(await readText(server.route('/empty', { body: '' }))).toBe('');
      expect(await readText(server.route('/204', { status: 204 }))).toBe('');
    });

    it.each(['ftp://127.0.0.1/x', 'file:///etc/passwd', 'data:text/plain,x', 'not an address', ''])(
      'rejects %j',
      async (url) => {
        await expect(open(url)).rejects.toMatchObject({ code: 'source_url_invalid' });
      },
    );
  });

  describe('conditional requests', () => {
    it('returns `unchanged` if the version is still current', async () => {
      const url = server.route('/cached', {
        body: 'x',
        etag: '"v1"',
        lastModified: 'Mon, 05 Jan 2026 08:00:00 GMT',
      });
      expect(await open(url, { since: versionWith({ etag: '"v1"' }) })).toEqual({
        kind: 'unchanged',
        movedTo: null,
      });
      expect(
        await open(url, { since: versionWith({ lastModified: 'Mon, 05 Jan 2026 08:00:00 GMT' }) }),
      ).toMatchObject({
        kind: 'unchanged',
      });
      const opened = await open(url);
      expect(await open(url, { since: opened.kind === 'bytes' ? opened.version : null })).toMatchObject({
        kind: 'unchanged',
      });
    });

    it('returns the bytes and their new version if it is not', async () => {
      const url = server.route('/renewed', { body: 'new', etag: '"v2"' });
      expect(await readText(url, { since: versionWith({ etag: '"v1"' }) })).toBe('new');
      expect(await open(server.route('/bare', { body: 'x' }))).toMatchObject({ version: null });
    });

    it('throws for a 304 response to a request without a version', async () => {
      await expect(open(server.route('/304', { status: 304 }))).rejects.toMatchObject({
        code: 'source_http_error',
      });
    });
  });

  describe('redirects', () => {
    it('are followed, also to relative addresses; the new address is reported if all of them are permanent', async () => {
      server.route('/old', { status: 301, redirectTo: 'older' });
      server.route('/older', { status: 308, redirectTo: '/new?x=1#y' });
      const url = server.route('/new?x=1', { body: 'here' });
      const result = await open(server.url('/old'));
      expect(result).toMatchObject({ finalUrl: url, movedTo: url });
      expect((await readAll(result)).toString()).toBe('here');
    });

    it.each([302, 303, 307])('report no new address if one of them has status %d', async (status) => {
      server.route('/first', { status: 301, redirectTo: '/second' });
      server.route('/second', { status, redirectTo: '/third' });
      const url = server.route('/third', { body: 'here' });
      const result = await open(server.url('/first'));
      expect(result).toMatchObject({ finalUrl: url, movedTo: null });
      await readAll(result);
    });

    it('send the version with every request', async () => {
      server.route('/moved', { status: 301, redirectTo: '/same' });
      const url = server.route('/same', { body: 'x', etag: '"v1"' });
      expect(await open(server.url('/moved'), { since: versionWith({ etag: '"v1"' }) })).toEqual({
        kind: 'unchanged',
        movedTo: url,
      });
    });

    it('are followed ten times and no more', async () => {
      for (let hop = 1; hop <= 11; hop += 1) server.route(`/hop${hop}`, { redirectTo: `/hop${hop - 1}` });
      server.route('/hop0', { body: 'end' });
      expect(await readText(server.url('/hop10'))).toBe('end');
      await expect(open(server.url('/hop11'))).rejects.toMatchObject({ code: 'source_too_many_redirects' });
    });

    it('send credentials and headers of the source to its own origin only', async () => {
      server.route('/inside', { redirectTo: '/away' });
      server.route('/away', { redirectTo: other.url('/there') });
      other.route('/there', { redirectTo: server.url('/back') });
      server.route('/back', { body: 'x' });
      const from = server.requests.length;
      await readText(server.url('/inside'), {
        headers: { 'X-Token': 't' },
        basicAuth: { username: 'u', password: 'p' },
      });
      const seen = [...server.requests.slice(from), ...other.requests.slice(-1)];
      expect(seen.map(({ path, headers }) => [path, headers.authorization, headers['x-token']])).toEqual([
        ['/inside', 'Basic dTpw', 't'],
        ['/away', 'Basic dTpw', 't'],
        ['/back', undefined, undefined],
        ['/there', undefined, undefined],
      ]);
    });

    it('lead from https to http only without credentials', async () => {
      const url = secure.route('/down', { redirectTo: server.route('/plainly', { body: 'plain' }) });
      expect(await readText(url)).toBe('plain');
      await expect(open(url, { headers: { 'x-token': 't' } })).rejects.toMatchObject({
        code: 'source_redirect_invalid',
      });
    });

    it('lead only where the caller allows, at each step', async () => {
      const end = secure.route('/end', { body: 'end' });
      const between = server.route('/between', { redirectTo: end });
      const mayRedirectTo = (address: string) => address.startsWith('https:');
      const straight = secure.route('/straight', { redirectTo: end });
      expect(await readText(straight, { mayRedirectTo })).toBe('end');
      const astray = secure.route('/astray', { redirectTo: between });
      expect(await readText(astray)).toBe('end');
      await expect(open(astray, { mayRedirectTo })).rejects.toMatchObject({
        code: 'source_redirect_invalid',
      });
    });

    it('cannot add credentials', async () => {
      const target = server.route('/open', { body: 'x' });
      const url = server.route('/slip', { redirectTo: target.replace('http://', 'http://u:p@') });
      expect(await open(url)).toMatchObject({ finalUrl: target });
      expect(headersOfLast(server)?.authorization).toBeUndefined();
    });

    it.each(['http://127.0.0.2/', 'http://169.254.169.254/', 'http://[::1]/', 'http://2130706434/'])(
      'are not followed to %s',
      async (redirectTo) => {
        const url = server.route('/inwards', { redirectTo });
        await expect(open(url)).rejects.toMatchObject({ code: 'source_address_private' });
      },
    );

    it.each(['ftp://127.0.0.1/x', 'file:///etc/passwd', 'javascript:alert(1)', 'http://', undefined])(
      'are not followed to %j',
      async (redirectTo) => {
        const url = server.route('/bad', {
          status: 302,
          ...(redirectTo === undefined ? {} : { redirectTo }),
        });
        await expect(open(url)).rejects.toMatchObject({ code: 'source_redirect_invalid' });
      },
    );
  });

  describe('compressed bodies', () => {
    const text = `<rss>${'<item>text</item>'.repeat(5000)}</rss>`;

    it.each(['gzip', 'br', 'deflate', 'deflate-raw'] as const)(
      'are decompressed from %s',
      async (encoding) => {
        const result = await open(server.route(`/${encoding}`, { body: text, encoding }));
        expect(result).toMatchObject({ sizeBytes: null });
        expect((await readAll(result)).toString()).toBe(text);
      },
    );

    it('are decompressed from two layers, and from a gzip file without a header', async () => {
      const packed = gzipSync(gzipSync(text));
      const headers = { 'content-encoding': 'gzip, gzip' };
      expect(await readText(server.route('/twice', { body: packed, headers }))).toBe(text);
      expect(await readText(server.route('/feed.xml.gz', { body: gzipSync(text) }))).toBe(text);
    });

    const claims = ['gzip', 'br', 'deflate', 'x-gzip', 'utf-8', 'none', 'zstd'];
    const plain = [
      '<?xml version="1.0"?><rss/>',
      '{"items":[]}',
      '[]',
      'id,name\n1,x\n',
      '\uFEFF<a/>',
      'x',
      text,
    ];
    it.each(claims)('are read unchanged if they are plain and claim to be %s', async (claim) => {
      for (const body of plain) {
        const url = server.route('/claim', { body, headers: { 'content-encoding': claim } });
        expect(await readText(url)).toBe(body);
      }
    });

    it('cause an error if they end too early or are damaged', async () => {
      const packed = gzipSync(Buffer.from(Array.from({ length: 5000 }, (_, i) => (i * i) % 251)));
      const damaged = Buffer.from(packed);
      damaged.fill(0, packed.length - 8);
      const headers = { 'content-encoding': 'gzip' };
      const early = server.route('/early', { body: packed.subarray(0, -100), headers });
      await expect(readText(early)).rejects.toMatchObject({ code: 'source_interrupted' });
      const broken = server.route('/broken', { body: damaged, headers });
      await expect(readText(broken)).rejects.toMatchObject({ code: 'source_malformed' });
    });

    it('are stopped early if a layer is a decompression bomb', async () => {
      const bomb = gzipSync(Buffer.alloc(100_000_000));
      const headers = { 'content-encoding': 'gzip' };
      const large = { maxBytes: 1_000_000_000 };
      const url = server.route('/bomb', { body: bomb, headers });
      await expect(readText(url, large)).rejects.toMatchObject({ code: 'source_decompression_bomb' });
      const nested = server.route('/nested', { body: gzipSync(bomb), headers });
      await expect(readText(nested, large)).rejects.toMatchObject({ code: 'source_decompression_bomb' });
    });

    it('are measured after decompression', async () => {
      const url = server.route('/large.gz', { body: text, encoding: 'gzip' });
      await expect(readText(url, { maxBytes: text.length - 1 })).rejects.toMatchObject({
        code: 'source_too_large',
      });
      expect(await readText(url, { maxBytes: text.length })).toBe(text);
    });
  });

  describe('limits', () => {
    it('reject a file by its announced size before it is read', async () => {
      const url = server.route('/large', { body: 'x'.repeat(2048) });
      await expect(open(url, { maxBytes: 2047 })).rejects.toMatchObject({
        code: 'source_too_large',
        detail: `The file at 127.0.0.1:${server.port} is larger than 2 KB.`,
        extra: { maxBytes: 2047 },
      });
      expect(await readText(url, { maxBytes: 2048 })).toHaveLength(2048);
    });

    it('stop a file of unknown size', async () => {
      let sent = 0;
      const body = function* () {
        for (;;) {
          sent += 65_536;
          yield Buffer.alloc(65_536, 'x');
        }
      };
      const url = server.route('/endless', { body });
      await expect(readText(url, { maxBytes: 5_000_000 })).rejects.toMatchObject({
        code: 'source_too_large',
      });
      expect(sent).toBeLessThan(50_000_000);
    });

    it('do not let the site send faster than the reader takes', async () => {
      let sent = 0;
      const body = function* () {
        for (; sent < 200_000_000; sent += 65_536) yield Buffer.alloc(65_536, 'x');
      };
      const result = await open(server.route('/slow-reader', { body }), { maxBytes: 1_000_000_000 });
      if (result.kind !== 'bytes') throw new Error('no bytes');
      for await (const chunk of result.bytes) {
        expect(chunk.length).toBeGreaterThan(0);
        await new Promise((resolve) => setTimeout(resolve, 300));
        break;
      }
      expect(sent).toBeLessThan(30_000_000);
    });

    it('stop a site that does not respond or does not finish in time', async () => {
      const hanging = server.route('/hang', { hang: true });
      await expect(open(hanging, { responseTimeoutMs: 50 })).rejects.toMatchObject({
        code: 'source_timeout',
        detail: `127.0.0.1:${server.port} did not answer within 0.1 seconds.`,
      });
      await expect(open(hanging, { deadlineMs: 50 })).rejects.toMatchObject({ code: 'source_timeout' });
      const dripping = server.route('/drip', { body: 'x'.repeat(1000), drip: { bytes: 1, everyMs: 10 } });
      await expect(readText(dripping, { deadlineMs: 100 })).rejects.toMatchObject({ code: 'source_timeout' });
    });

    it('stop a site that sends too slowly or stops sending', async () => {
      const dripping = server.route('/drip', { body: 'x'.repeat(1000), drip: { bytes: 1, everyMs: 10 } });
      const slow = { minBytesPerSecond: 10_000, slowWindowMs: 100 };
      await expect(readText(dripping, slow)).rejects.toMatchObject({ code: 'source_too_slow' });
      const stuck = server.route('/stuck', (_, response) => {
        response.writeHead(200, { 'content-length': 1_000_000 });
        response.write('x'.repeat(1000));
      });
      await expect(readText(stuck, { ...slow, minBytesPerSecond: 1 })).rejects.toMatchObject({
        code: 'source_too_slow',
      });
    });

    it('do not stop a site that is slow but fast enough', async () => {
      const url = server.route('/steady', { body: 'x'.repeat(60), drip: { bytes: 2, everyMs: 10 } });
      expect(await readText(url, { minBytesPerSecond: 1, slowWindowMs: 2000 })).toHaveLength(60);
    });
  });

  describe('a connection that breaks', () => {
    it('is not mistaken for the end of the file', async () => {
      const body = 'x'.repeat(100_000);
      const chunked = server.route('/cut', { body: () => [Buffer.from(body)], cutAfterBytes: 50_000 });
      const sized = server.route('/short', { body, contentLength: 100_001 });
      for (const url of [chunked, sized])
        await expect(readText(url)).rejects.toMatchObject({
          code: 'source_interrupted',
          detail: `127.0.0.1:${server.port} closed the connection before the file was complete.`,
        });
    });

    it('before the response is a site that cannot be reached', async () => {
      const url = server.route('/dead', (_, response) => void response.destroy());
      await expect(open(url)).rejects.toMatchObject({ code: 'source_unreachable' });
    });
  });

  describe('errors of the site', () => {
    it.each([
      [401, 'source_unauthorized'],
      [403, 'source_forbidden'],
      [404, 'source_not_found'],
      [410, 'source_gone'],
      [418, 'source_http_error'],
      [429, 'source_rate_limited'],
      [500, 'source_server_error'],
      [503, 'source_server_error'],
      [599, 'source_server_error'],
      [202, 'source_http_error'],
      [206, 'source_http_error'],
      [300, 'source_http_error'],
    ] as const)('translate status %d to %s', async (status, code) => {
      const url = server.route('/status', { status, body: 'secret words' });
      await expect(open(url)).rejects.toMatchObject({
        code,
        detail: `127.0.0.1:${server.port} answered with status ${status}.`,
        extra: { httpStatus: status },
      });
    });

    it.each([
      [429, '30', 30_000],
      [503, 'Mon, 05 Jan 2026 09:02:00 GMT', 120_000],
    ])('contain the time that status %d asks to wait', async (status, value, retryAfterMs) => {
      const url = server.route('/wait', { status, headers: { 'retry-after': value } });
      const early = createConnector(fakeClock('2026-01-05T09:00:00.000Z').nowMs);
      const options = { since: null, limits: { maxBytes: 1 } };
      await expect(early.open({ kind: 'url', url }, options)).rejects.toMatchObject({
        extra: { httpStatus: status, retryAfterMs },
      });
    });

    it('distinguish refused connections, unknown names and responses that are not HTTP', async () => {
      const closed = await startFeedServer();
      await closed.close();
      await expect(open(closed.url('/'))).rejects.toMatchObject({ code: 'source_refused' });
      const unknown = 'http://no-such-host.invalid/';
      await expect(open(unknown)).rejects.toMatchObject({ code: 'source_dns_failed' });
      const shouting = createServer((socket) => void socket.end('HELLO\r\n\r\n')).listen(0, '127.0.0.1');
      await once(shouting, 'listening');
      const address = shouting.address();
      const port = address !== null && typeof address === 'object' ? address.port : 0;
      await expect(open(`http://127.0.0.1:${port}/`)).rejects.toMatchObject({ code: 'source_http_error' });
      shouting.close();
    });

    it('contain neither credentials nor the query', async () => {
      const url = `http://me:hunter2@127.0.0.1:${server.port}/status?key=hunter2`;
      for (const address of [url, url.replace(`${server.port}`, '1'), url.replace('http:', 'https:')]) {
        const error = await open(address, { headers: { authorization: 'hunter2' } }).catch((e: unknown) => e);
        expect(error).toBeInstanceOf(InletError);
        if (!(error instanceof InletError)) return;
        const shown = [error.message, error.detail, JSON.stringify(error.extra), inspectDeep(error)];
        expect(shown.join(' ')).not.toContain('hunter2');
      }
    });
  });

  describe('TLS', () => {
    const servers: FeedServer[] = [];
    afterEach(async () => {
      await Promise.all(servers.splice(0).map((each) => each.close()));
    });
    const refusalOf = async (
      certificateOptions: Parameters<typeof createTestCertificate>[0],
      isTrusted: boolean,
    ) => {
      const own = createTestCertificate(certificateOptions);
      const site = await startFeedServer({ certificate: own });
      servers.push(site);
      const wary = createHttpConnector({
        guard: createGuard({
          allowedPrivateNetworks: ['127.0.0.1'],
          certificateAuthorities: isTrusted ? [own.cert] : [],
        }),
        userAgent: 'Inlet/test',
        now: Date.now,
      });
      const options = { since: null, limits: { maxBytes: 1 } };
      return wary.open({ kind: 'url', url: site.url('/') }, options).catch((error: unknown) => error);
    };

    it('reads from a site with a valid certificate', async () => {
      expect(await readText(secure.route('/safe', { body: 'safe' }))).toBe('safe');
    });

    it('rejects a self-signed certificate', async () => {
      expect(await refusalOf({}, false)).toMatchObject({
        code: 'source_tls_failed',
        detail: expect.stringContaining('self-signed'),
      });
    });

    it('rejects a certificate that has expired or is for another name', async () => {
      expect(
        await refusalOf({ notAfter: new Date('2020-01-01'), notBefore: new Date('2019-01-01') }, true),
      ).toMatchObject({
        code: 'source_tls_failed',
        detail: expect.stringContaining('expired'),
      });
      expect(await refusalOf({ addresses: [], names: ['other.example'] }, true)).toMatchObject({
        code: 'source_tls_failed',
        detail: expect.stringContaining('another name'),
      });
    });

    it('reports a site that does not use TLS', async () => {
      await expect(open(server.url('/').replace('http:', 'https:'))).rejects.toMatchObject({
        code: 'source_no_tls',
        detail: expect.stringContaining('does not answer with TLS'),
      });
    });
  });

  describe('a caller that stops', () => {
    it('gets the reason of its signal before the request, while waiting and while reading', async () => {
      const reason = new Error('the run was cancelled');
      await expect(open(server.url('/plain'), { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);

      const waiting = new AbortController();
      const url = server.route('/abort-me', (_, __) => waiting.abort(reason));
      await expect(open(url, { signal: waiting.signal })).rejects.toBe(reason);

      const reading = new AbortController();
      const dripping = server.route('/drip', { body: 'x'.repeat(1000), drip: { bytes: 1, everyMs: 10 } });
      const result = await open(dripping, { signal: reading.signal });
      if (result.kind !== 'bytes') throw new Error('no bytes');
      const read = async (): Promise<void> => {
        for await (const chunk of result.bytes) if (chunk.length > 0) reading.abort(reason);
      };
      await expect(read()).rejects.toBe(reason);
    });

    it('closes the connection by leaving the loop or calling close', async () => {
      const closed: Promise<unknown>[] = [];
      const url = server.route('/left', (_, response) => {
        closed.push(once(response, 'close'));
        response.writeHead(200);
        response.write('x'.repeat(100_000));
      });
      const left = await open(url);
      if (left.kind !== 'bytes') throw new Error('no bytes');
      for await (const _ of left.bytes) break;
      const unread = await open(url);
      if (unread.kind !== 'bytes') throw new Error('no bytes');
      unread.close();
      await Promise.all(closed);
      expect(closed).toHaveLength(2);
    });

    it('ends a waiting read by calling close', async () => {
      const url = server.route('/waiting', (_, response) => {
        response.writeHead(200);
        response.write('x'.repeat(1000));
      });
      const result = await open(url);
      if (result.kind !== 'bytes') throw new Error('no bytes');
      setTimeout(() => result.close(), 50);
      expect((await readAll(result)).length).toBe(1000);
    });
  });
});

/** Prints all properties of an error, as a logger might. */
function inspectDeep(error: unknown, depth = 0): string {
  if (typeof error !== 'object' || error === null || depth > 4) return String(error);
  return Reflect.ownKeys(error)
    .map((key) => `${String(key)}=${inspectDeep(Reflect.get(error, key), depth + 1)}`)
    .join(' ');
}
