import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInletClient } from '@inlet/client';
import { projectSecretsSchema } from '@inlet/contracts';
import { cliProcesses, freePort } from '@inlet/testing';
import { testDatabase } from '@inlet/testing/database';

export interface RunningDemo {
  readonly url: string;
  /** Creates an import of the demo's user that runs once a day. */
  readonly createImport: (label: string) => Promise<void>;
  readonly close: () => Promise<void>;
}

/** Starts the same demo as `npm start`, on a separate database and port. */
export async function startDemo(): Promise<RunningDemo> {
  const database = testDatabase();
  // The demo puts the port into its addresses before it listens.
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

/** Creates the import as a host's backend does; the demo stores its keys beside its data. */
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
