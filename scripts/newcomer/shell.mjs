import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';

const MOST_OUTPUT = 4000;

/** A machine on which nobody installed anything: no caches, no settings, only Node, npm and git. */
export function environment(home, more = {}) {
  const { PATH, LANG, CHROMIUM_PATH } = process.env;
  const kept = Object.entries(process.env).filter(([name]) => /^(npm_config_registry|.*_proxy)$/i.test(name));
  return {
    ...Object.fromEntries(kept),
    PATH,
    LANG,
    CHROMIUM_PATH,
    HOME: home,
    CI: '1',
    NEXT_TELEMETRY_DISABLED: '1',
    ...more,
  };
}

/**
 * Starts a command in a process group of its own. `output()` returns what it printed; `end()` ends the group.
 */
export function start(command, args, { cwd, env }) {
  const child = spawn(command, args, { cwd, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  let printed = '';
  const take = (chunk) => {
    printed += chunk;
  };
  child.stdout.on('data', take);
  child.stderr.on('data', take);
  const ended = new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve(signal ?? code));
  });
  return {
    ended,
    output: () => printed,
    async end() {
      try {
        process.kill(-child.pid, 'SIGTERM');
      } catch {
        // It has ended already.
      }
      await ended;
    },
  };
}

/** Runs a command to its end and returns its output. Throws an Error with the end of the output if it fails. */
export async function run(command, args, options) {
  const child = start(command, args, options);
  const code = await child.ended;
  if (code !== 0)
    throw new Error(
      `${[command, ...args].join(' ')} ended with ${code}:\n${child.output().slice(-MOST_OUTPUT)}`,
    );
  return child.output();
}

/** Resolves with the result of `probe` once it is neither null nor undefined. Throws an Error after the time. */
export async function waitFor(what, probe, { seconds, output = () => '' }) {
  const deadline = Date.now() + seconds * 1000;
  while (Date.now() < deadline) {
    const found = await probe();
    if (found !== null && found !== undefined) return found;
    await sleep(200);
  }
  throw new Error(`${what} did not happen within ${seconds} s\n${output().slice(-MOST_OUTPUT)}`);
}
