import { sendForTime } from './lib/http-load.mjs';
import { startPeer } from './lib/peers.mjs';
import { cpuMs, startProduct } from './lib/product.mjs';
import { printTable, ratio } from './lib/table.mjs';

const CONNECTIONS = 8;
/** Until the code is compiled, a request costs several times as much. */
const WARM_UP_REQUESTS = 2000;
const MEASURED_MS = Number(process.env.BENCH_MS ?? 8000);

/**
 * Measures the requests that a host sends most, beside a bare Fastify that returns the same JSON, and for a new job
 * parses the same body.
 */
export async function bench() {
  const product = await startProduct();
  try {
    const requests = await prepare(product);
    const rows = [];
    for (const { title, status, ...request } of requests) {
      const inlet = await measure({ pid: product.pid, request });
      const bare = await measureBare({ request, status, json: await responseOf(request) });
      rows.push([
        title,
        `${inlet.bodyBytes} B`,
        ...[inlet, bare].flatMap(({ perSecond, cpuUs, cpuMs: used }) => [
          Math.round(perSecond),
          `${Math.round(cpuUs)} us`,
          `${(used / 1000).toFixed(2)} s`,
        ]),
        ratio(inlet.cpuUs, bare.cpuUs),
        ratio(bare.perSecond, inlet.perSecond),
      ]);
    }
    printTable(`API requests on ${CONNECTIONS} connections, each for ${MEASURED_MS / 1000} s`, [
      ['', 'body', 'Inlet/s', 'CPU each', 'CPU', 'Fastify/s', 'CPU each', 'CPU', 'CPU ratio', 'speed ratio'],
      ...rows,
    ]);
  } finally {
    await product.stop();
  }
}

/** Creates the three jobs of a user, and returns the requests to measure. */
async function prepare({ client, baseUrl, secrets }) {
  const template = await client.templates.create({
    code: 'bench',
    name: 'Bench',
    columns: [
      { key: 'title', name: 'Title' },
      { key: 'url', name: 'Link', type: 'url' },
    ],
    destination: { url: 'http://127.0.0.1:9/rows' },
  });
  const input = (externalUserId) => ({
    templateId: template.id,
    externalUserId,
    label: 'The Gazette',
    source: { kind: 'url', url: 'http://127.0.0.1:9/feed.xml' },
    recordPath: '/rss/channel/item',
    mapping: [
      { column: 'title', path: 'title' },
      { column: 'url', path: 'link' },
    ],
    schedule: { kind: 'weeks', weekdays: ['monday', 'thursday'], time: '09:00', timeZone: 'Europe/Berlin' },
  });
  const jobs = [];
  for (let count = 0; count < 3; count += 1) jobs.push((await client.importJobs.create(input('ada'))).job);
  const headers = { accesskey: secrets.secretKey };
  const url = `${baseUrl}/v1/import-jobs`;
  return [
    { title: "a user's three jobs", status: 200, url: `${url}/user/ada`, headers },
    { title: 'one job', status: 200, url: `${url}/${jobs[0].id}`, headers },
    {
      title: 'a new job',
      status: 201,
      url,
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body: JSON.stringify(input('grace')),
    },
  ];
}

const responseOf = ({ url, ...request }) =>
  fetch(url, { ...request, body: request.body }).then((response) => response.text());

async function measureBare({ request, status, json }) {
  const peer = await startPeer('fastify', { json, status });
  try {
    return await measure({ pid: peer.pid, request: { ...request, url: peer.url } });
  } finally {
    peer.stop();
  }
}

async function measure({ pid, request }) {
  for (let sent = 0; sent < WARM_UP_REQUESTS; )
    sent += (await sendForTime({ ...request, connections: CONNECTIONS, ms: 1000 })).responses;
  const usedBefore = cpuMs(pid);
  const startedAt = performance.now();
  const { responses, bodyBytes } = await sendForTime({
    ...request,
    connections: CONNECTIONS,
    ms: MEASURED_MS,
  });
  const used = cpuMs(pid) - usedBefore;
  return {
    bodyBytes,
    perSecond: (responses * 1000) / (performance.now() - startedAt),
    cpuMs: used,
    cpuUs: (used * 1000) / responses,
  };
}
