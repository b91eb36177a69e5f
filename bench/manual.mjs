import { generatedCsv, TABLE_COLUMNS, TABLE_MAPPING } from './lib/generated-table.mjs';
import { startPeer } from './lib/peers.mjs';
import { cpuMs, startProduct } from './lib/product.mjs';
import { runChild, runRival } from './lib/rival.mjs';
import { megabytes, printTable, ratio, seconds } from './lib/table.mjs';

const ROWS = Number(process.env.BENCH_ROWS ?? 1_000_000);
const BATCH_BYTES = 1_048_576;
const PAGES = 60;
const EDITS = 100;
/** The row of the headings has the first id. */
const FIRST_ROW = 2;

/**
 * Measures an upload from its first byte to the last delivered row, beside udsv's bare parse of the same file and a script
 * that a user would write.
 */
export async function bench() {
  const file = await generatedCsv(ROWS);
  const receiver = await startPeer('receiver');
  const bare = await runRival('bare-csv', file.path);
  const script = await runRival('csv-script', file.path, receiver.url);
  const product = await startProduct({ env: { INLET_UPLOADS_PER_HOUR: '1000' } });
  try {
    const bench = { ...product, file, receiver, bare };
    await makeTemplate(bench);
    const upload = await measureUpload(bench);
    const sheet = await measureSheet({ ...bench, uploadId: upload.id });
    const headless = await measureHeadless(bench);
    const ofBare = ({ ms, cpu }) => [seconds(ms), ratio(ms, bare.ms), seconds(cpu), ratio(cpu, bare.cpuMs)];
    printTable(`Manual: ${ROWS} rows, ${megabytes(file.bytes / 1e6)} of CSV`, [
      ['', 'time', 'of bare', 'CPU', 'of bare'],
      ['udsv, streaming parse only (bare)', ...ofBare({ ms: bare.ms, cpu: bare.cpuMs })],
      ['received, kept and scanned', ...ofBare(upload.scan)],
      ['mapping confirmed to final counts', ...ofBare(upload.check)],
      ...sheet.long.map(([name, took]) => [name, ...ofBare(took)]),
      ['script: csv-parse, zod, fetch', ...ofBare({ ms: script.ms, cpu: script.cpuMs })],
      ['file to acknowledged deliveries', ...ofBare(headless)],
    ]);
    printTable('At the API', [['', 'median', 'p95', 'goal'], ...sheet.short]);
    console.log(`last byte to "can be mapped": ${Math.round(upload.mappableMs)} ms`);
    console.log(`mapping confirmed to first page: ${Math.round(upload.firstPageMs)} ms`);
    console.log(
      `deliveries / script: ${ratio(headless.ms, script.ms)}, CPU ${ratio(headless.cpu, script.cpuMs)}`,
    );
    console.log(`peak memory: ${megabytes(upload.peak)} to the counts, ${megabytes(sheet.peak)} with sorts`);
    console.log(`/healthz during two uploads: p99 ${(await measureHealth(bench)).toFixed(1)} ms`);
  } finally {
    await product.stop();
    receiver.stop();
  }
}

async function makeTemplate({ client, receiver }) {
  await client.templates.create({
    code: 'bench',
    name: 'Bench',
    mode: 'manual',
    columns: TABLE_COLUMNS,
    allowPartial: true,
    limits: { maxRecords: 10_000_000 },
    destination: { url: `${receiver.url}/rows`, rowsPerBatch: 1000, maxBatchBytes: BATCH_BYTES },
  });
}

const newUpload = (client, externalUserId) => client.uploads.create({ templateId: 'bench', externalUserId });

/** Sends the file from another process; resolves once all bytes are stored. */
function sendFile({ baseUrl, secrets, file }, uploadId) {
  const url = `${baseUrl}/v1/uploads/${uploadId}/files?name=table.csv`;
  return runChild('lib/send-file.mjs', url, secrets.secretKey, file.path);
}

async function measureUpload(bench) {
  const { client, pid, peak } = bench;
  peak.reset();
  const { id } = await newUpload(client, 'ada');
  const cpuBefore = cpuMs(pid);
  const start = Date.now();
  const sent = await sendFile(bench, id);
  await untilUpload(client, id, ({ isScanned }) => isScanned);
  const scannedAt = Date.now();
  const scan = { ms: scannedAt - start, cpu: cpuMs(pid) - cpuBefore + sent.cpuMs };
  const checkFrom = cpuMs(pid);
  await client.uploads.chooseMapping(id, TABLE_MAPPING);
  const chosenAt = Date.now();
  await client.uploads.listRows(id, { limit: 100 });
  const firstPageMs = Date.now() - chosenAt;
  const { counts } = await untilUpload(client, id, ({ status }) => status === 'needs_review');
  const check = { ms: Date.now() - chosenAt, cpu: cpuMs(pid) - checkFrom };
  if (counts.rows !== ROWS || counts.invalid !== Math.floor(ROWS / 100))
    throw new Error(`wrong counts: ${JSON.stringify(counts)}`);
  return { id, scan, check, firstPageMs, mappableMs: scannedAt - sent.sentAt, peak: peak.read().own };
}

async function untilUpload(client, id, isSo) {
  for (;;) {
    const upload = await client.uploads.get(id);
    if (upload.error) throw new Error(JSON.stringify(upload.error));
    if (isSo(upload)) return upload;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function measureSheet({ client, pid, peak, uploadId }) {
  peak.reset();
  const took = async (body) => {
    const start = performance.now();
    const cpuBefore = cpuMs(pid);
    await body();
    return { ms: performance.now() - start, cpu: cpuMs(pid) - cpuBefore };
  };
  const rows = (question) => client.uploads.listRows(uploadId, { limit: 100, ...question });
  const long = [
    ['sorted by number, first page', await took(() => untilRows(() => rows({ sort: 'price' })))],
    ['sorted by text, first page', await took(() => untilRows(() => rows({ sort: 'title' })))],
  ];
  const pages = (question) =>
    times(PAGES, async (index) => {
      const { total } = await rows({ ...question, limit: 1 });
      await timed(() => rows({ ...question, offset: Math.floor((total - 100) * ((index * 0.618) % 1)) }));
    });
  const timed = async (body) => {
    const start = performance.now();
    await body();
    taken.push(performance.now() - start);
  };
  let taken = [];
  const times = async (count, body) => {
    taken = [];
    for (let index = 0; index < count; index += 1) await body(index);
    return taken;
  };
  const short = [];
  const note = (name, goal, list) =>
    short.push([name, milliseconds(at(list, 0.5)), milliseconds(at(list, 0.95)), goal]);
  note('page of 100, all rows', '20 ms', await pages({}));
  note('page of 100, invalid rows', '40 ms', await pages({ view: 'invalid' }));
  note('page of 100, sorted by text', '50 ms', await pages({ sort: 'title' }));
  let { revision } = await client.uploads.get(uploadId);
  const edit = async (cells) => {
    const result = await client.uploads.editRows(uploadId, {
      baseRevision: revision,
      operations: [{ kind: 'set', cells }],
    });
    revision = result.revision;
  };
  note(
    'edit of a cell',
    '30 ms',
    await times(EDITS, (index) =>
      timed(() =>
        edit([{ row: FIRST_ROW + ((index * 7919) % ROWS), column: 'category', text: `edited ${index}` }]),
      ),
    ),
  );
  const block = (round) =>
    Array.from({ length: 10_000 }, (_, index) => ({
      row: FIRST_ROW + Math.floor(index / 4),
      column: ['sku', 'title', 'category', 'description'][index % 4],
      text: `pasted ${round} ${index}`,
    }));
  note('paste of 10,000 cells', '1,500 ms', await times(5, (round) => timed(() => edit(block(round)))));
  const replace = (options) =>
    untilOperation(client, uploadId, async () => {
      const { revision: baseRevision } = await client.uploads.get(uploadId);
      return {
        baseRevision,
        operations: [{ kind: 'replace', rows: { view: 'all' }, find: 'harbour', with: 'port', ...options }],
      };
    });
  long.push(['replace in all columns, count', await took(() => replace({ isDryRun: true }))]);
  long.push(['replace in all columns, apply', await took(() => replace({}))]);
  return { long, short, peak: peak.read().own };
}

/** Repeats a question for rows that the server still prepares. */
async function untilRows(ask) {
  for (;;) {
    const answer = await ask();
    if (answer.rows.length > 0) return;
  }
}

async function untilOperation(client, uploadId, makeChange) {
  let answer = await client.uploads.editRows(uploadId, await makeChange());
  while (answer.operation && answer.operation.status === 'running') {
    await new Promise((resolve) => setTimeout(resolve, 50));
    answer = { operation: await client.uploads.getOperation(uploadId, answer.operation.id) };
  }
  if (answer.operation && answer.operation.status !== 'done')
    throw new Error(JSON.stringify(answer.operation));
}

/** From the first byte of the file to the last delivery that the receiver has acknowledged. */
async function measureHeadless(bench) {
  const { client, pid } = bench;
  const cpuBefore = cpuMs(pid);
  const start = performance.now();
  const { id } = await newUpload(client, 'grace');
  const sent = await sendFile(bench, id);
  await untilUpload(client, id, ({ isScanned }) => isScanned);
  await client.uploads.chooseMapping(id, TABLE_MAPPING);
  const { revision } = await untilUpload(client, id, ({ status }) => status === 'needs_review');
  await client.uploads.finish(id, { revision });
  await untilUpload(client, id, ({ counts }) => counts.delivered === ROWS - Math.floor(ROWS / 100));
  return { ms: performance.now() - start, cpu: cpuMs(pid) - cpuBefore + sent.cpuMs };
}

/** The answer times of /healthz while two people upload. */
async function measureHealth(bench) {
  const { client, baseUrl } = bench;
  const uploads = [await newUpload(client, 'lin'), await newUpload(client, 'mei')];
  let isDone = false;
  const sent = Promise.all(uploads.map(({ id }) => sendFile(bench, id))).finally(() => {
    isDone = true;
  });
  const taken = [];
  while (!isDone) {
    const start = performance.now();
    await (await fetch(`${baseUrl}/healthz`)).text();
    taken.push(performance.now() - start);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  await sent;
  return at(taken, 0.99);
}

const at = (list, share) => list.toSorted((a, b) => a - b)[Math.floor(list.length * share)];
const milliseconds = (ms) => `${ms.toFixed(1)} ms`;
