import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { freePort } from '../../packages/testing/dist/index.js';
import { openWorkload } from './import-workload.mjs';
import { openInstallation, pause, request } from './servers.mjs';

/** Part of the time in which servers are killed; the rest is for the imports to come to rest. */
const KILLING_SHARE = 0.6;
const ANSWERS_WITHIN_MS = 90_000;

/** Kills the only server with its embedded database in every phase, again and again. Nothing may be lost or come twice. */
export async function killOneServer(options) {
  const installation = openInstallation();
  try {
    await killAgainAndAgain({ ...options, installation, servers: 1 });
    const { code, out, err } = await installation.stopAndRun(['db', 'validate']);
    options.note('the database files afterwards', code === 0 ? null : `${out}${err}`);
  } finally {
    await installation.close();
  }
}

/** Kills one or both of two servers that share a database in another process. */
export async function killWorkers(options) {
  const database = spawn(
    process.execPath,
    [fileURLToPath(new URL('../serve-database.mjs', import.meta.url))],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  process.once('exit', () => database.kill('SIGTERM'));
  const [uri] = await once(createInterface(database.stdout), 'line');
  const installation = openInstallation({
    MONGODB_URI: uri,
    INLET_ENCRYPTION_KEY: randomBytes(32).toString('base64'),
  });
  try {
    await killAgainAndAgain({ ...options, installation, servers: 2 });
  } finally {
    await installation.close();
    database.kill('SIGTERM');
    await once(database, 'exit');
  }
}

async function killAgainAndAgain({ installation, servers: count, random, seconds, note, detail }) {
  const servers = [];
  for (let index = 0; index < count; index += 1) {
    const port = await freePort();
    servers.push({ port, serving: await installation.serve({ PORT: String(port) }) });
  }
  const { secretKey } = await installation.createProject('Chaos');
  const call = createCall({ servers, key: secretKey });
  const workload = await openWorkload({ call, random });
  const kills = new Map();
  const phases = new Map();
  // Not before: starting takes long on a busy machine, and leaves it no time for kills.
  const stopAt = performance.now() + seconds * 1000 * KILLING_SHARE;
  try {
    let order = [];
    do {
      if (order.length === 0) order = Object.keys(workload.moments).toSorted(() => random.next() - 0.5);
      const moment = order.pop();
      const job = workload.jobs[random.between(0, workload.jobs.length - 1)];
      const goOn = await workload.moments[moment](job);
      await pause(random.between(0, 60));
      const victims = servers.filter((_, index) => count === 1 || index === random.between(0, count - 1));
      const chosen = victims.length > 0 ? victims : servers;
      for (const phase of await phasesOf({ call, workload, isWanted: random.next() < 0.5 }))
        bump(phases, phase);
      await Promise.all(
        chosen.map((server) => killAndRestart({ server, installation, random, mayWait: count > 1 })),
      );
      bump(kills, moment);
      note(`kill -9 at ${moment}`);
      await goOn?.();
    } while (performance.now() < stopAt);
    await workload.check(note);
    detail(
      `kills: ${listOf(kills)}; phases of runs just before some of them: ${listOf(phases)}; ${workload.rows()} rows`,
    );
  } finally {
    await workload.close();
  }
}

async function killAndRestart({ server, installation, random, mayWait }) {
  server.serving.child.kill('SIGKILL');
  await server.serving.ended;
  // Another worker takes over in the meantime, or not yet.
  if (mayWait) await pause(random.between(0, 1500));
  server.serving = await installation.serve({ PORT: String(server.port) });
}

/** To look at the runs takes time, so that only some kills can come after it. */
async function phasesOf({ call, workload, isWanted }) {
  if (!isWanted) return [];
  const found = await Promise.all(
    workload.jobs.map(
      async ({ id }) => (await call('GET', `/v1/import-jobs/${id}/runs?limit=1`)).json.items[0],
    ),
  );
  return found.flatMap((run) => (run === undefined ? [] : run.outcome === 'held' ? 'held' : run.phase));
}

/**
 * Sends a request to any server, again until one answers. Not under an idempotency key: one whose server died stays in
 * progress for minutes. Everything that is repeated here is refused or harmless the second time.
 */
function createCall({ servers, key }) {
  return async (method, path, body) => {
    const giveUpAt = performance.now() + ANSWERS_WITHIN_MS;
    for (let turn = 0; ; turn += 1) {
      const { port } = servers[turn % servers.length];
      try {
        const answer = await request(`http://127.0.0.1:${port}${path}`, {
          method,
          key,
          body,
          timeoutMs: 20_000,
        });
        if (answer.status < 500) return answer;
        if (performance.now() > giveUpAt)
          throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`);
      } catch (error) {
        if (performance.now() > giveUpAt) throw error;
      }
      await pause(100);
    }
  };
}

const bump = (counts, name) => counts.set(name, (counts.get(name) ?? 0) + 1);
const listOf = (counts) => [...counts].map(([name, count]) => `${name} ${count}`).join(', ');
