import { gzipSync } from 'node:zlib';
import { startFeedServer } from '../../packages/testing/dist/index.js';
import { feedOf, jobInput, templateInput } from './import-setup.mjs';
import { tryInTime } from './in-time.mjs';
import { cutOff, endless, response, send, startRawServer, trickle } from './raw-server.mjs';
import { requireOk, until } from './servers.mjs';

const JSON_TYPE = { 'content-type': 'application/json' };
const accepted = { status: 'acknowledged', error: null };
const unread = { status: 'acknowledged', error: 'acknowledgement_unreadable' };
const again = (error = 'delivery_rejected') => ({ status: 'pending', error });
const failed = (error = 'delivery_rejected') => ({ status: 'failed', error });
const deep = `{"results":${'['.repeat(50_000)}${']'.repeat(50_000)}}`;
const results = (list) => send(response({ headers: JSON_TYPE, body: JSON.stringify({ results: list }) }));

/** How receivers misbehave, and the status and the error of the first delivery after its first attempt. */
const BEHAVIOURS = {
  silent: [() => {}, again('delivery_timeout')],
  reset: [(connection) => connection.resetAndDestroy(), again('delivery_unreachable')],
  closed: [(connection) => connection.end(), again('delivery_unreachable')],
  'trickling-head': [trickle(response({ body: 'x' })), again('delivery_timeout')],
  'trickling-body': [
    (connection) => {
      connection.write(response({ headers: { ...JSON_TYPE, 'content-length': 1000 } }));
      trickle(Buffer.from(' '))(connection);
    },
    unread,
  ],
  endless: [endless(response({ headers: { 'content-length': 1e12 } }), 'x'.repeat(10_000)), unread],
  'endless-500': [
    endless(response({ status: '500 No', headers: { 'content-length': 1e12 } }), 'x'.repeat(10_000)),
    again(),
  ],
  'cut-off': [
    cutOff(response({ headers: { ...JSON_TYPE, 'content-length': 500 }, body: '{"results":[' })),
    unread,
  ],
  'length-too-short': [send(response({ headers: { 'content-length': 2 }, body: 'accepted' })), accepted],
  'broken-chunks': [
    send(response({ headers: { 'content-length': null, 'transfer-encoding': 'chunked' }, body: 'zz\r\nx' })),
    unread,
  ],
  'broken-json': [send(response({ headers: JSON_TYPE, body: '{"results":[{"rowKey' })), unread],
  'deep-json': [send(response({ headers: JSON_TYPE, body: deep })), accepted],
  'too-large': [send(response({ headers: JSON_TYPE, body: 'x'.repeat(6_000_000) })), unread],
  'latin-1': [send(response({ headers: JSON_TYPE, body: Buffer.from('{"a":"\u00e4"}', 'latin1') })), unread],
  gzip: [
    send(response({ headers: { ...JSON_TYPE, 'content-encoding': 'gzip' }, body: gzipSync('{}') })),
    unread,
  ],
  'gzip-bomb': [
    send(response({ headers: { 'content-encoding': 'gzip' }, body: gzipSync(Buffer.alloc(96 * 1_048_576)) })),
    unread,
  ],
  html: [send(response({ headers: { 'content-type': 'text/html' }, body: '<html>Welcome' })), accepted],
  text: [send(response({ headers: { 'content-type': 'text/plain' }, body: 'OK' })), accepted],
  empty: [send(response({ headers: JSON_TYPE })), accepted],
  'status-204': [send(response({ status: '204 Fine', headers: { 'content-length': null } })), accepted],
  'strange-results': [
    results([null, 7, { rowKey: 5 }, { rowKey: '__proto__', status: 'rejected', errors: 'no' }]),
    accepted,
  ],
  'foreign-results': [
    results(Array.from({ length: 5000 }, (_, n) => ({ rowKey: `row-${n}`, status: 'rejected' }))),
    accepted,
  ],
  'status-400': [send(response({ status: '400 No' })), failed()],
  'status-401': [send(response({ status: '401 Who' })), failed()],
  'status-410': [send(response({ status: '410 Gone' })), failed('delivery_gone')],
  'status-413': [
    send(response({ status: '413 Large', headers: JSON_TYPE, body: '{"maxBytes":-1}' })),
    { status: 'discarded', error: 'delivery_rejected' },
  ],
  'status-429': [send(response({ status: '429 Slow', headers: { 'retry-after': '1' } })), again()],
  'status-429-for-ever': [
    send(response({ status: '429 Slow', headers: { 'retry-after': '9'.repeat(40) } })),
    again(),
  ],
  'status-500': [send(response({ status: '500 Oh' })), again()],
  'status-503-with-junk': [
    send(response({ status: '503 Away', headers: { 'retry-after': 'soon' } })),
    again(),
  ],
  'status-999': [send(response({ status: '999 Beyond' })), again()],
  'redirect-loop': [
    send(response({ status: '302 Found', headers: { location: '/redirect-loop' } })),
    failed('delivery_redirected'),
  ],
  'redirect-308': [
    send(response({ status: '308 Moved', headers: { location: 'http://169.254.169.254/' } })),
    failed('delivery_redirected'),
  ],
  'redirect-nowhere': [send(response({ status: '301 Moved' })), failed('delivery_redirected')],
  'continue-for-ever': [
    endless('HTTP/1.1 100 Continue\r\n\r\n', 'HTTP/1.1 100 Continue\r\n\r\n'),
    again('delivery_timeout'),
  ],
  'huge-header': [
    send(response({ headers: { 'x-large': 'x'.repeat(2_000_000) } })),
    again('delivery_unreachable'),
  ],
  'no-http': [send('220 smtp.example ESMTP\r\n'), again('delivery_unreachable')],
  'tls-alert': [send(Buffer.from('15030100020228', 'hex')), again('delivery_unreachable')],
};

/**
 * Delivers to receivers that misbehave. Every delivery must end in the state that fits, so that nothing is lost, nothing
 * counts as more than it is, and the server goes on: at the end it delivers to a good receiver.
 */
export async function deliverToHostileReceivers({ shared, random, seconds, note, detail }) {
  const { address, child, projects } = await shared();
  const handlers = Object.fromEntries(Object.entries(BEHAVIOURS).map(([name, [act]]) => [name, act]));
  const [receiver, site] = await Promise.all([
    startRawServer({ ...handlers, good: send(response()) }, { waitsForBody: true }),
    startFeedServer(),
  ]);
  const url = site.route('/feed.rss', {
    body: feedOf([
      { id: '1', title: 'One' },
      { id: '2', title: 'Two' },
    ]),
  });
  const call = (method, path, body) =>
    requireOk(address + path, { method, key: projects[1].secretKey, body });
  const tryReceiver = async (name, { status, error }) => {
    const destination = { url: receiver.url(name) };
    const { id: templateId } = await call(
      'POST',
      '/v1/templates',
      templateInput({ code: `to-${name.replaceAll('.', '-')}`, destination }),
    );
    const { run } = await call('POST', '/v1/import-jobs', jobInput({ templateId, url, runNow: true }));
    const attempted = await until(`an attempt to deliver to ${name}`, async () => {
      const { items } = await call('GET', `/v1/runs/${run.id}/deliveries`);
      return items.find(({ number, attemptCount }) => number === 1 && attemptCount > 0);
    });
    const got = { status: attempted.status, error: attempted.attempts[0].error?.code ?? null };
    note(
      `delivery to ${name}`,
      got.status === status && got.error === error
        ? null
        : `is ${JSON.stringify(got)}, not ${JSON.stringify({ status, error })}`,
    );
  };
  try {
    const behaviours = Object.entries(BEHAVIOURS);
    const tried = await tryInTime(behaviours, {
      random,
      seconds,
      act: ([name, [, expected]]) => tryReceiver(name, expected),
    });
    detail(`${tried} of ${behaviours.length} behaviours`);
    await tryReceiver('good', accepted);
    note('the server afterwards', child.exitCode === null ? null : `ended with ${child.exitCode}`);
  } finally {
    await Promise.all([site.close(), receiver.close()]);
  }
}
