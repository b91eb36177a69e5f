import { testDatabase } from '../../packages/testing/dist/database.js';
import { cliProcesses } from '../../packages/testing/dist/index.js';

/** Settings of every server of the campaign: short waits, and no limit that only slows a campaign down. */
const SETTINGS = {
  LOG_LEVEL: 'info',
  INLET_LOCK_SECONDS: '5',
  INLET_DELIVERY_TIMEOUT_SECONDS: '3',
  INLET_FETCH_DEADLINE_SECONDS: '6',
  INLET_OUTLINE_DEADLINE_SECONDS: '3',
  INLET_RATE_LIMIT_PER_MINUTE: '0',
  INLET_WIDGET_RATE_LIMIT_PER_MINUTE: '0',
  INLET_POLL_MILLISECONDS: '100',
  INLET_WORKER_CONCURRENCY: '16',
  INLET_CONCURRENCY_PER_SITE: '64',
};

/**
 * The built server in separate processes on one empty database: `serve` starts one, `createProject` makes a project
 * with the command line, `close` ends everything and removes the database.
 */
export function openInstallation(environment = {}) {
  const database = testDatabase();
  const processes = cliProcesses(() => ({ ...database.environment, ...SETTINGS, ...environment }));
  return {
    dataDir: database.dataDir,
    serve: processes.serve,
    async createProject(name, ...options) {
      const { out, err } = await processes.output([
        'project',
        'create',
        '--name',
        name,
        ...options,
        '--json',
      ]);
      if (out === '') throw new Error(`no project was created: ${err}`);
      return JSON.parse(out);
    },
    /** Kills the servers, then runs a command to its end. */
    async stopAndRun(args) {
      await processes.kill();
      return processes.output(args);
    },
    async close() {
      await processes.kill();
      await database.forget();
    },
  };
}

/** One server with two projects, for campaigns that leave it alive. */
export async function openShared() {
  const installation = openInstallation();
  const { address, child } = await installation.serve();
  const create = (name) => installation.createProject(name, '--allow-origin', 'https://shop.example');
  const projects = [await create('First'), await create('Second')];
  return { address, child, projects, close: installation.close };
}

/** Sends one request; resolves with the status and the body, parsed if it is JSON. Rejects if there is no answer. */
export async function request(
  url,
  { method = 'GET', key, token, body, headers = {}, timeoutMs = 30_000 } = {},
) {
  const response = await fetch(url, {
    method,
    headers: {
      ...(key && { accesskey: key }),
      ...(token && { authorization: `Bearer ${token}` }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    body: body === undefined ? undefined : JSON.stringify(body),
    redirect: 'manual',
    signal: AbortSignal.timeout(timeoutMs),
  });
  const text = await response.text();
  return { status: response.status, text, json: parseJson(text) };
}

/** Like `request`, and throws unless the status is a successful one. Returns the parsed body. */
export async function requireOk(url, options) {
  const answer = await request(url, options);
  if (answer.status >= 300)
    throw new Error(`${options?.method ?? 'GET'} ${url}: ${answer.status} ${answer.text}`);
  return answer.json;
}

function parseJson(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Reads until the value is right, or until `within` milliseconds are over: then rejects and says what for. */
export async function until(what, read, { within = 60_000, every = 100 } = {}) {
  const giveUpAt = performance.now() + within;
  for (let last; ; await pause(every)) {
    try {
      const value = await read();
      if (value) return value;
    } catch (error) {
      last = error;
    }
    if (performance.now() > giveUpAt)
      throw new Error(
        `${what}: not within ${Math.round(within / 1000)} s${last ? ` (${last.message})` : ''}`,
      );
  }
}
