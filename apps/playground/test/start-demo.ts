import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createInletClient } from '@inlet/client';
import { projectSecretsSchema } from '@inlet/contracts';
import { freePort } from '@inlet/testing';

const CLI = fileURLToPath(new URL('../../api/dist/cli.js', import.meta.url));

export interface RunningDemo {
  readonly url: string;
  /** An import of the demo's user that runs once a day. */
  readonly createImport: (label: string) => Promise<void>;
  readonly close: () => Promise<void>;
}

/** What `npm start` starts, on a directory and a port of its own. */
export async function startDemo(): Promise<RunningDemo> {
  const dataDir = mkdtempSync(join(tmpdir(), 'inlet-playground-'));
  const port = await freePort();
  const env = {
    PATH: process.env.PATH ?? '',
    PORT: String(port),
    INLET_DATA_DIR: dataDir,
    INLET_DEMO: '1',
    INLET_POLL_MILLISECONDS: '50',
    LOG_LEVEL: 'error',
  };
  const child = spawn(process.execPath, [CLI, 'serve'], { env, stdio: ['ignore', 'ignore', 'inherit'] });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const url = `http://127.0.0.1:${port}`;
  await untilReady(url);
  return {
    url,
    createImport: (label) => createImport(label, { url, dataDir }),
    close: async () => {
      child.kill('SIGTERM');
      await ended;
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/** As a host's backend does it; the keys of the demo lie beside its data. */
async function createImport(
  label: string,
  { url, dataDir }: { url: string; dataDir: string },
): Promise<void> {
  const { secretKey } = projectSecretsSchema.parse(
    JSON.parse(readFileSync(join(dataDir, 'demo.json'), 'utf8')),
  );
  const inlet = createInletClient({ baseUrl: url, secretKey });
  const { items: templates } = await inlet.templates.list().page();
  await inlet.importJobs.create({
    templateId: templates[0]?.id ?? '',
    externalUserId: 'demo-user',
    label,
    source: { kind: 'url', url: `${url}/demo/feeds/port-wire.json` },
    recordPath: '/items',
    mapping: [
      { column: 'title', path: 'headline' },
      { column: 'url', path: 'link' },
    ],
    schedule: { kind: 'days', time: '03:00', timeZone: 'UTC' },
  });
}

async function untilReady(url: string): Promise<void> {
  for (let tries = 0; tries < 200; tries += 1) {
    const answer = await fetch(`${url}/readyz`).catch(() => null);
    if (answer?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('The demo did not start.');
}
