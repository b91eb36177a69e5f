import { projectSecretsSchema, webhookEventSchema } from '@inlet/contracts';
import {
  cliProcesses,
  type Receiver,
  type Serving,
  seededRandom,
  startReceiver,
  waitFor,
} from '@inlet/testing';
import { type TestDatabase, testDatabase } from '@inlet/testing/database';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/** Enough for the kills to hit the work instead of its end. */
const ROWS = 20_000;
const random = seededRandom(Date.now() % 100_000);

let database: TestDatabase;
let receiver: Receiver;
let server: Serving;
let secretKey: string;
let templateId: string;
const { output, serve, kill } = cliProcesses(() => ({
  ...database.environment,
  INLET_LOCK_SECONDS: '5',
  INLET_DELIVERY_TIMEOUT_SECONDS: '5',
  INLET_RATE_LIMIT_PER_MINUTE: '0',
}));

beforeAll(async () => {
  database = testDatabase();
  receiver = await startReceiver();
  server = await serve();
  const { out } = await output(['project', 'create', '--name', 'Shop', '--json']);
  ({ secretKey } = projectSecretsSchema.parse(JSON.parse(out)));
  const template = await call('POST', '/v1/templates', {
    code: 'stock',
    name: 'Stock',
    mode: 'manual',
    columns: [
      { key: 'sku', name: 'SKU', required: true, unique: true },
      { key: 'price', name: 'Price', type: 'number' },
    ],
    destination: { url: receiver.url, rowsPerBatch: 1000 },
  });
  templateId = template.json.id;
});
afterAll(async () => {
  await Promise.all([kill(), receiver.close()]);
  await database.forget();
});

async function call(method: string, path: string, body?: object | string) {
  const isFile = typeof body === 'string';
  const response = await fetch(server.address + path, {
    method,
    headers: {
      accesskey: secretKey,
      'content-type': isFile ? 'application/octet-stream' : 'application/json',
    },
    ...(body !== undefined && { body: isFile ? body : JSON.stringify(body) }),
  });
  return { status: response.status, json: await response.json() };
}

/** Kills the server after some time, and starts another one on its data. */
async function killAfter(ms: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, ms));
  server.child.kill('SIGKILL');
  await server.ended;
  server = await serve();
}

const uploadWith = (id: string, statuses: readonly string[]) =>
  waitFor(
    async () => (await call('GET', `/v1/uploads/${id}`)).json,
    ({ status }) => statuses.includes(status),
  );

const csv = (prefix: string): string =>
  `SKU,Price\n${Array.from({ length: ROWS }, (_, index) => `${prefix}-${index},${index === 7 ? 'much' : index}`).join('\n')}\n`;

describe('an upload whose server is killed again and again', { timeout: 300_000 }, () => {
  it('loses no file, edit or row', async () => {
    const prefix = 'stock';
    const { json: upload } = await call('POST', '/v1/uploads', { templateId, externalUserId: 'user-1' });
    await call('POST', `/v1/uploads/${upload.id}/files?name=stock.csv`, csv(prefix));
    await killAfter(random.between(0, 300));
    const { headings } = await uploadWith(upload.id, ['mapping']);
    expect(headings).toHaveLength(2);

    const mapping = [
      { column: 'sku', path: 'SKU' },
      { column: 'price', path: 'Price' },
    ];
    await call('PUT', `/v1/uploads/${upload.id}/mapping`, { mapping });
    await killAfter(random.between(0, 300));
    let reviewed = await uploadWith(upload.id, ['needs_review']);
    expect(reviewed.counts).toMatchObject({ rows: ROWS, valid: ROWS - 1, invalid: 1 });

    const edits = new Map<number, string>();
    for (let n = 0; n < 4; n += 1) {
      const row = n === 0 ? 9 : random.between(2, ROWS + 1);
      const text = String(random.between(1, 99_999));
      const set = { kind: 'set', cells: [{ row, column: 'price', text }] };
      const body = { baseRevision: reviewed.revision, operations: [set] };
      const killing = random.next() < 0.4 ? killAfter(random.between(0, 1500)) : undefined;
      const answer = await call('PATCH', `/v1/uploads/${upload.id}/rows`, body).catch(() => null);
      await killing;
      reviewed = await uploadWith(upload.id, ['needs_review']);
      if (answer?.status === 200) edits.set(row, text);
      else {
        const { json } = await call('GET', `/v1/uploads/${upload.id}/rows?offset=${row - 2}&limit=1`);
        expect(json.rows[0].id).toBe(row);
        if (json.rows[0].isEdited) edits.set(row, json.rows[0].cells[1]);
        else n -= 1;
      }
    }
    expect(reviewed.counts).toMatchObject({ rows: ROWS, valid: ROWS, invalid: 0 });

    const finishing = call('POST', `/v1/uploads/${upload.id}/finish`, { revision: reviewed.revision });
    await Promise.all([finishing.catch(() => null), killAfter(random.between(0, 400))]);
    const left = await waitFor(
      async () => {
        const { json } = await call('GET', `/v1/uploads/${upload.id}`);
        if (json.status === 'needs_review')
          await call('POST', `/v1/uploads/${upload.id}/finish`, { revision: json.revision });
        return json;
      },
      ({ status }) => status === 'completed',
    );
    expect(left.counts.delivered).toBe(ROWS);

    const rows = new Map<string, unknown>();
    let arrived = 0;
    for (const { json } of receiver.requests) {
      const event = webhookEventSchema.parse(json);
      if (event.type !== 'import.records' || event.data.uploadId !== upload.id) continue;
      for (const row of event.data.rows) {
        arrived += 1;
        rows.set(String(row.values?.sku), row.values?.price);
      }
    }
    expect(rows.size).toBe(ROWS);
    // A batch may arrive twice, under one id, if the server died before it noted the answer.
    expect(arrived).toBeLessThan(ROWS + 5000);
    for (let index = 0; index < ROWS; index += 1) {
      const edited = edits.get(index + 2);
      expect(rows.get(`${prefix}-${index}`)).toBe(edited === undefined ? index : Number(edited));
    }
  });
});

describe('an import without a person whose server is killed', { timeout: 300_000 }, () => {
  it('goes on by itself, and delivers each row in one run', async () => {
    const form = new FormData();
    form.append('templateId', templateId);
    form.append('externalUserId', 'user-2');
    form.append('file', new Blob([csv('import').replace('much', '7')]), 'import.csv');
    const response = await fetch(`${server.address}/v1/imports`, {
      method: 'POST',
      headers: { accesskey: secretKey },
      body: form,
    });
    expect(response.status).toBe(202);
    const { id } = (await response.json()) as { id: string };
    for (let n = 0; n < 3; n += 1) await killAfter(random.between(0, 700));
    const { runIds, counts } = await uploadWith(id, ['completed']);
    expect(runIds).toHaveLength(1);
    expect(counts.delivered).toBe(ROWS);
    const rows = receiver.requests.flatMap(({ json }) => {
      const event = webhookEventSchema.parse(json);
      return event.type === 'import.records' && event.data.uploadId === id ? event.data.rows : [];
    });
    expect(new Set(rows.map(({ values }) => values?.sku)).size).toBe(ROWS);
  });
});
