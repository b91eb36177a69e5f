import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const EXAMPLE = fileURLToPath(new URL('../../../examples/webhook-receiver-node', import.meta.url));
const CLIENT = fileURLToPath(new URL('../../api/dist/packages/client.tgz', import.meta.url));
const key = Buffer.from('a webhook secret of thirty-two b');

/** The example outside the repository, with the client that the server serves. */
const folder = mkdtempSync(join(tmpdir(), 'inlet-example-'));
let child: ChildProcess;
let lines: Interface;
let url: string;

beforeAll(async () => {
  const client = join(folder, 'node_modules/@inlet/client');
  cpSync(EXAMPLE, folder, { recursive: true, filter: (path) => !path.includes('node_modules') });
  mkdirSync(client, { recursive: true });
  execFileSync('tar', ['-xzf', CLIENT, '-C', client, '--strip-components=1']);
  const env = {
    PATH: process.env.PATH ?? '',
    PORT: '0',
    INLET_WEBHOOK_SECRET: `whsec_${key.toString('base64')}`,
  };
  child = spawn(process.execPath, [join(folder, 'server.mjs')], { env });
  if (!child.stdout) throw new Error('there is no output');
  lines = createInterface(child.stdout);
  url = (await nextLine()).replace('Waiting for deliveries at ', '');
});
afterAll(() => {
  child?.kill();
  rmSync(folder, { recursive: true, force: true });
});

const nextLine = async (): Promise<string> => String((await once(lines, 'line'))[0]);

const event = {
  type: 'import.records',
  data: {
    jobId: 'job_1',
    externalUserId: 'user-42',
    label: 'News',
    rows: [
      { rowKey: 'a', change: 'created', values: { title: 'A' } },
      { rowKey: 'b', change: 'created', values: { title: 'B' } },
    ],
  },
};

/** Signs a delivery as Standard Webhooks specifies. */
async function deliver(id: string, body: string, signedBody = body): Promise<number> {
  const timestamp = String(Math.floor(Date.now() / 1000));
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${signedBody}`).digest('base64');
  const answer = await fetch(url, {
    method: 'POST',
    headers: {
      'webhook-id': id,
      'webhook-timestamp': timestamp,
      'webhook-signature': `v1,${signature}`,
    },
    body,
  });
  return answer.status;
}

describe('the example receiver', () => {
  it('accepts signed deliveries, and each delivery only once', async () => {
    const said = nextLine();
    expect(await deliver('dlv_1', JSON.stringify(event))).toBe(204);
    expect(await said).toBe('import.records of "News" for user-42: 2 rows in all');
    expect(await deliver('dlv_1', JSON.stringify(event))).toBe(204);
    const saidNext = nextLine();
    expect(await deliver('dlv_2', JSON.stringify(event))).toBe(204);
    expect(await saidNext).toBe('import.records of "News" for user-42: 2 rows in all');
  });

  it('rejects a delivery that was changed in transit', async () => {
    expect(await deliver('dlv_3', JSON.stringify({ ...event, type: 'x' }), JSON.stringify(event))).toBe(401);
  });
});
