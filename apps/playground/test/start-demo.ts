import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInletClient } from '@inlet/client';
import { projectSecretsSchema } from '@inlet/contracts';
import { cliProcesses, freePort } from '@inlet/testing';
import { testDatabase } from '@inlet/testing/database';

export interface RunningDemo {
  readonly url: string;
  /** An import of the demo's user that runs once a day. */
  readonly createImport: (label: string) => Promise<void>;
  readonly close: () => Promise<void>;
}

/** What `npm start` starts, on a database and a port of its own. */
export async function startDemo(): Promise<RunningDemo> {
  const database = testDatabase();
  // The demo makes its addresses from the port before it listens.
  const port = await freePort();
  const { serve } = cliProcesses(() => ({
    ...database.environment,
    PORT: String(port),
    INLET_DEMO: '1',
  }));
  const { address: url, child, ended } = await serve();
  return {
    url,
    createImport: (label) => createImport(label, { url, dataDir: database.dataDir }),
    close: async () => {
      child.kill('SIGTERM');
      await ended;
      await database.forget();
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
