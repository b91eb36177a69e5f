import { gzipSync } from 'node:zlib';
import { startReceiver } from '../../packages/testing/dist/index.js';
import { feedOf, jobInput, templateInput } from './import-setup.mjs';
import { tryInTime } from './in-time.mjs';
import { cutOff, endless, response, send, startRawServer, trickle } from './raw-server.mjs';
import { request, until } from './servers.mjs';

const FEED = feedOf([
  { id: '1', title: 'One' },
  { id: '2', title: 'Two' },
]);
const RSS = { 'content-type': 'application/rss+xml' };
const feed = response({ headers: RSS, body: FEED });
const bomb = gzipSync(Buffer.alloc(96 * 1_048_576, ' '));
const entities = `<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a "${'x'.repeat(1000)}">${[...'bcdefghij']
  .map((name, index) => `<!ENTITY ${name} "${`&${'abcdefghij'[index]};`.repeat(10)}">`)
  .join('')}]><rss><channel><item><guid>1</guid><title>&j;</title></item></channel></rss>`;

/** How sources misbehave. */
const BEHAVIOURS = {
  silent: () => {},
  reset: (connection) => connection.resetAndDestroy(),
  closed: (connection) => connection.end(),
  'trickling-head': trickle(feed),
  'trickling-body': (connection) => {
    connection.write(response({ headers: { 'content-length': 1e6 }, body: FEED.slice(0, 50) }));
    trickle(Buffer.from('x'))(connection);
  },
  endless: endless(
    response({ headers: { ...RSS, 'content-length': null }, body: '<rss><channel>' }),
    '<item><guid>1</guid><title>x</title></item>'.repeat(1000),
  ),
  'cut-off': cutOff(
    response({ headers: { ...RSS, 'content-length': FEED.length + 1000 }, body: FEED.slice(0, 200) }),
  ),
  'length-too-short': send(response({ headers: { ...RSS, 'content-length': 20 }, body: FEED })),
  'length-negative': send(response({ headers: { 'content-length': -5 }, body: FEED })),
  'length-of-letters': send(response({ headers: { 'content-length': 'many' }, body: FEED })),
  'length-astronomic': cutOff(response({ headers: { 'content-length': '9'.repeat(30) }, body: FEED })),
  'length-and-chunks': send(response({ headers: { 'transfer-encoding': 'chunked' }, body: FEED })),
  'broken-chunks': send(
    response({ headers: { 'content-length': null, 'transfer-encoding': 'chunked' }, body: 'zz\r\nx' }),
  ),
  'chunk-astronomic': cutOff(
    response({
      headers: { 'content-length': null, 'transfer-encoding': 'chunked' },
      body: `${'f'.repeat(40)}\r\nx`,
    }),
  ),
  'chunks-cut-off': cutOff(
    response({ headers: { 'content-length': null, 'transfer-encoding': 'chunked' }, body: '5\r\n<rss>\r\n' }),
  ),
  'status-500': send(response({ status: '500 Oh no', body: 'broken' })),
  'status-999': send(response({ status: '999 Beyond', body: FEED })),
  'status-0': send(response({ status: '0 Nothing', body: FEED })),
  'status-204': send(response({ status: '204 No Content' })),
  'status-206': send(
    response({ status: '206 Partial', headers: { 'content-range': 'bytes 0-5/100' }, body: '<rss>' }),
  ),
  'status-304-unasked': send(response({ status: '304 Not Modified' })),
  'status-401': send(response({ status: '401 No', headers: { 'www-authenticate': 'Basic realm="x"' } })),
  'status-429-for-a-day': send(response({ status: '429 Slow', headers: { 'retry-after': '86400' } })),
  'status-429-for-ever': send(response({ status: '429 Slow', headers: { 'retry-after': '9'.repeat(40) } })),
  'status-503-with-junk': send(response({ status: '503 Away', headers: { 'retry-after': 'soon\u00ff' } })),
  'continue-for-ever': endless('HTTP/1.1 100 Continue\r\n\r\n', 'HTTP/1.1 100 Continue\r\n\r\n'),
  'redirect-loop': send(response({ status: '302 Found', headers: { location: '/redirect-loop' } })),
  'redirect-nowhere': send(response({ status: '302 Found' })),
  'redirect-to-file': send(response({ status: '302 Found', headers: { location: 'file:///etc/passwd' } })),
  'redirect-to-metadata': send(
    response({ status: '302 Found', headers: { location: 'http://169.254.169.254/' } }),
  ),
  'redirect-to-loopback-name': send(
    response({ status: '302 Found', headers: { location: 'http://[::ffff:7f00:2]/' } }),
  ),
  'redirect-to-junk': send(response({ status: '301 Moved', headers: { location: 'http://[' } })),
  'huge-header': send(response({ headers: { 'x-large': 'x'.repeat(2_000_000) }, body: FEED })),
  'many-headers': send(
    response({
      headers: Object.fromEntries(Array.from({ length: 20_000 }, (_, n) => [`x-${n}`, 'x'])),
      body: FEED,
    }),
  ),
  'broken-header': send('HTTP/1.1 200 OK\r\nno colon\r\n\u0000: \u0001\r\n\r\n'),
  'no-http': send('SSH-2.0-OpenSSH_9.6\r\n'),
  'http-0.9': send('<html>hello'),
  'tls-alert': send(Buffer.from('15030100020228', 'hex')),
  'gzip-bomb': send(response({ headers: { ...RSS, 'content-encoding': 'gzip' }, body: bomb })),
  'gzip-in-gzip-bomb': send(
    response({ headers: { ...RSS, 'content-encoding': 'gzip, gzip' }, body: gzipSync(bomb) }),
  ),
  'gzip-that-is-none': send(response({ headers: { ...RSS, 'content-encoding': 'gzip' }, body: FEED })),
  'gzip-cut-off': cutOff(
    response({ headers: { ...RSS, 'content-encoding': 'gzip' }, body: gzipSync(FEED).subarray(0, 60) }),
  ),
  'encoding-unknown': send(response({ headers: { ...RSS, 'content-encoding': 'quantum' }, body: FEED })),
  'encoding-many': send(
    response({ headers: { 'content-encoding': Array(50).fill('gzip').join(', ') }, body: FEED }),
  ),
  html: send(
    response({ headers: { 'content-type': 'text/html' }, body: '<html><body>Log in, please</body></html>' }),
  ),
  empty: send(response()),
  zeros: send(response({ body: Buffer.alloc(1_000_000) })),
  noise: send(response({ body: Buffer.from(Array.from({ length: 100_000 }, (_, n) => (n * 7919) % 251)) })),
  'utf-16-cut': send(response({ headers: RSS, body: Buffer.from(FEED, 'utf16le').subarray(1) })),
  'charset-unknown': send(response({ headers: { 'content-type': 'text/xml; charset=klingon' }, body: FEED })),
  'deep-json': send(
    response({ body: '[{"a":'.repeat(100_000), headers: { 'content-type': 'application/json' } }),
  ),
  'deep-xml': send(response({ headers: RSS, body: `<rss><channel><item>${'<a>'.repeat(200_000)}` })),
  'deep-outline': send(response({ headers: RSS, body: '<rss><channel>'.repeat(50_000) })),
  entities: send(response({ headers: RSS, body: entities })),
  'external-entity': send(
    response({
      headers: RSS,
      body: `<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]>${FEED.replace('One', '&x;')}`,
    }),
  ),
  'open-quote': send(
    response({ headers: { 'content-type': 'text/csv' }, body: `title\n"${'x,'.repeat(500_000)}` }),
  ),
  'one-huge-cell': send(response({ headers: RSS, body: FEED.replace('One', 'x'.repeat(5_000_000)) })),
  'many-attributes': send(
    response({
      headers: RSS,
      body: FEED.replace(
        '<guid>',
        `<guid ${Array.from({ length: 50_000 }, (_, n) => `a${n}="x"`).join(' ')}>`,
      ),
    }),
  ),
  'special-names': send(
    response({
      headers: { 'content-type': 'application/json' },
      body: '[{"__proto__":{"title":"x"},"constructor":{"prototype":1}}]',
    }),
  ),
  'many-cookies': send(
    Buffer.concat([
      Buffer.from(
        `HTTP/1.1 200 OK\r\n${'set-cookie: a=b; Domain=.com\r\n'.repeat(3000)}content-length: 5\r\n\r\n<rss>`,
      ),
    ]),
  ),
};
/** Fetching may take six seconds in this installation. */
const PATIENCE_MS = 45_000;

/**
 * Outlines, previews and runs imports over sources that misbehave. Each must end in time with a problem of its source or
 * a result, never as an internal error, and the server must go on: at the end it imports a good feed.
 */
export async function readHostileSources({ shared, random, seconds, note, detail }) {
  const { address, child, projects } = await shared();
  const [site, receiver] = await Promise.all([
    startRawServer({ ...BEHAVIOURS, good: send(feed) }),
    startReceiver(),
  ]);
  const key = projects[0].secretKey;
  const call = (method, path, body) => request(address + path, { method, key, body, timeoutMs: PATIENCE_MS });
  try {
    const destination = { url: receiver.url };
    const { json: template } = await call(
      'POST',
      '/v1/templates',
      templateInput({ code: 'sources', destination }),
    );
    const importFrom = (name) => tryImport({ call, templateId: template.id, url: site.url(name) });
    const names = Object.keys(BEHAVIOURS);
    const act = async (name) => {
      const source = { kind: 'url', url: site.url(name) };
      const mapping = [{ column: 'title', path: 'title' }];
      note(`outline of ${name}`, faultOfAnswer(await call('POST', '/v1/sources/outline', { source })));
      const preview = { source, mapping, templateId: template.id, recordPath: '/rss/channel/item' };
      note(`preview of ${name}`, faultOfAnswer(await call('POST', '/v1/sources/preview', preview)));
      note(`import of ${name}`, faultOfRun(await importFrom(name)));
    };
    const tried = await tryInTime(names, { random, seconds, act });
    detail(`${tried} of ${names.length} behaviours`);
    const good = await importFrom('good');
    note('a good import afterwards', good.outcome === 'succeeded' ? null : `ended ${good.outcome}`);
    note('the server afterwards', child.exitCode === null ? null : `ended with ${child.exitCode}`);
  } finally {
    await Promise.all([site.close(), receiver.close()]);
  }
}

async function tryImport({ call, templateId, url }) {
  const { json, text } = await call('POST', '/v1/import-jobs', jobInput({ templateId, url, runNow: true }));
  if (!json?.run) throw new Error(`the job was not created: ${text}`);
  const read = async () => {
    const { json: run } = await call('GET', `/v1/runs/${json.run.id}`);
    return run.finishedAt && run;
  };
  return until(`the run of ${url}`, read, { within: PATIENCE_MS, every: 250 });
}

function faultOfAnswer({ status, json, text }) {
  const isExpected =
    status === 200 || (status >= 400 && /^(source|mapping|record|invalid|outline)_/.test(json?.code));
  return isExpected ? null : `answered ${status} ${text.slice(0, 300)}`;
}

function faultOfRun({ outcome, error }) {
  const isExpected = error === null || /^(source|run_held|mapping|record|path)_/.test(error.code);
  return isExpected ? null : `ended ${outcome}: ${JSON.stringify(error)}`;
}
