import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { start, waitFor } from './shell.mjs';

/**
 * Starts the server on a data directory from before there was a schema version, and reads everything in it over the API.
 * The receivers and feeds of that day are gone; the tests of the migrations replace them and follow its runs to the end.
 */
export async function tryUpgrade(context) {
  const { home, clone, env, cleanUp } = context;
  const kept = join(clone, 'packages/testing/fixtures/version-0');
  const unpack = (name) => gunzipSync(readFileSync(join(kept, `${name}.gz`)));
  const dataDir = join(home, 'kept-data');
  mkdirSync(dataDir);
  writeFileSync(join(dataDir, 'data.mdb'), unpack('data.mdb'));
  copyFileSync(join(kept, 'encryption.key'), join(dataDir, 'encryption.key'));
  const server = start('node', ['apps/api/dist/cli.js', 'serve'], {
    cwd: clone,
    env: { ...env, PORT: '0', INLET_DATA_DIR: dataDir },
  });
  cleanUp.push(() => server.end());
  const findAddress = () => /"address":"(\S+?)"/.exec(server.output());
  const [, address] = await waitFor('the upgrade', findAddress, { seconds: 60, output: server.output });
  const { jobs, keys } = JSON.parse(unpack('expected.json').toString());
  const [{ projectId, secretKey }] = keys;
  for (const { id, label } of jobs.filter((job) => job.projectId === projectId)) {
    const headers = { accesskey: secretKey };
    const [job, runs] = await Promise.all(
      ['', '/runs'].map((path) => fetch(`${address}/v1/import-jobs/${id}${path}`, { headers })),
    );
    if (!job.ok || !runs.ok)
      throw new Error(`the import "${label}" answers ${job.status} and ${runs.status}`);
  }
  await server.end();
}
