// The shipped product: the server process, driven over its API.
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInletClient } from '@inlet/client';
import { SERVER_ARGS, SERVER_ENVIRONMENT } from '../../scripts/server-runtime.mjs';

const CLI = join(createRequire(import.meta.url).resolve('@inlet/api/package.json'), '../dist/cli.js');

export async function startProduct(options = {}) {
  const dataDir = options.dataDir ?? mkdtempSync(join(tmpdir(), 'inlet-bench-'));
  const env = {
    ...process.env,
    INLET_DATA_DIR: dataDir,
    INLET_ALLOWED_PRIVATE_NETWORKS: '127.0.0.1/32',
    INLET_RATE_LIMIT_PER_MINUTE: '1000000',
    LOG_LEVEL: 'warn',
    PORT: String(options.port ?? 4650),
    INLET_DEMO: '0',
    ...SERVER_ENVIRONMENT,
    ...options.env,
  };
  // For a profile: BENCH_NODE_ARGS='--cpu-prof --cpu-prof-dir=...'.
  const nodeArgs = process.env.BENCH_NODE_ARGS?.split(' ') ?? [];
  const server = spawn(process.execPath, [...SERVER_ARGS, ...nodeArgs, CLI, 'serve'], {
    env,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const baseUrl = `http://127.0.0.1:${env.PORT}`;
  await untilReady(baseUrl).catch((error) => {
    server.kill('SIGKILL');
    throw error;
  });
  const secrets = JSON.parse(
    execFileSync(process.execPath, [CLI, 'project', 'create', '--name', 'Bench', '--json'], { env }),
  );
  const peak = watchMemory(server.pid);
  return {
    baseUrl,
    dataDir,
    env,
    secrets,
    pid: server.pid,
    peak,
    client: createInletClient({ baseUrl, secretKey: secrets.secretKey }),
    async stop() {
      peak.stop();
      server.kill('SIGTERM');
      await new Promise((resolve) => server.once('exit', resolve));
      if (!options.dataDir) rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

async function untilReady(baseUrl) {
  for (let attempt = 0; attempt < 1200; attempt += 1) {
    const isReady = await fetch(`${baseUrl}/readyz`).then(
      (response) => response.ok,
      () => false,
    );
    if (isReady) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('Inlet did not become ready');
}

/**
 * Samples memory from /proc every 20 ms and keeps the peaks, in MB. `all` is the whole resident set, including pages
 * of the database file, which the system reclaims when it needs them; `own` is the memory of the process itself.
 */
function watchMemory(pid) {
  const peak = { all: 0, own: 0 };
  const timer = setInterval(() => {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const megabytes = (name) => Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1] ?? 0) / 1024;
    peak.all = Math.max(peak.all, megabytes('VmRSS'));
    peak.own = Math.max(peak.own, megabytes('RssAnon'));
  }, 20);
  return {
    read: () => ({ ...peak }),
    reset: () => Object.assign(peak, { all: 0, own: 0 }),
    stop: () => clearInterval(timer),
  };
}

/** Runs a job and resolves with the finished run. */
export async function runToEnd(client, jobId) {
  const { id } = await client.importJobs.run(jobId);
  for (;;) {
    const run = await client.runs.get(id);
    if (run.finishedAt) return run;
    // Poll rarely: the server should be busy with the import, and the run reports its own duration.
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

/** The user and system time that a process has used, in milliseconds. */
export function cpuMs(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return ((Number(fields[11]) + Number(fields[12])) * 1000) / CLOCK_TICKS_PER_SECOND;
}

const CLOCK_TICKS_PER_SECOND = 100;

export const tookMs = (run) => Date.parse(run.finishedAt) - Date.parse(run.startedAt);
