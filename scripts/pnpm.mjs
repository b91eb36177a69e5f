import { spawn, spawnSync } from 'node:child_process';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const PNPM = '12.21.0';

/** Without the settings that npm passes down as `npm_config_*`: some of them mean something else to pnpm. */
const environment = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !/^npm_(config|package|lifecycle)_/i.test(name)),
);

function pnpmCommand() {
  const { status, stdout } = spawnSync('pnpm', ['--version'], {
    encoding: 'utf8',
    env: environment,
    cwd: ROOT,
  });
  const isUsable = status === 0 && Number.parseInt(stdout, 10) === Number.parseInt(PNPM, 10);
  return isUsable ? ['pnpm'] : ['npx', '--yes', `pnpm@${PNPM}`];
}

/**
 * Runs a command in the project's root and resolves with its exit code, or with 1 if a signal ended it; the signal is
 * printed. Passes SIGTERM on; a terminal sends SIGINT to the command itself. With `quiet` its standard output is
 * dropped, and with `onLine` it is passed on line by line instead; if the command fails, both are printed.
 */
export function run(command, args, { env = {}, quiet = false, onLine } = {}) {
  const isTaken = quiet || onLine !== undefined;
  const child = spawn(command, args, {
    cwd: ROOT,
    env: { ...environment, ...env },
    stdio: ['inherit', isTaken ? 'pipe' : 'inherit', isTaken ? 'pipe' : 'inherit'],
    shell: process.platform === 'win32',
  });
  const printed = [];
  for (const stream of isTaken ? [child.stdout, child.stderr] : []) {
    stream.on('data', (chunk) => printed.push(chunk));
    if (onLine) createInterface({ input: stream }).on('line', onLine);
  }
  const end = () => child.kill('SIGTERM');
  const interrupt = () => {
    wasInterrupted = true;
  };
  process.on('SIGTERM', end);
  process.on('SIGINT', interrupt);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      process.off('SIGTERM', end);
      process.off('SIGINT', interrupt);
      if (code !== 0 && !wasInterrupted) process.stderr.write(Buffer.concat(printed));
      if (signal && !wasInterrupted)
        console.error(`\n${[command, ...args].join(' ')} was ended by ${signal}.`);
      resolve(signal ? 1 : code);
    });
  });
}

/** Whether somebody pressed Ctrl+C, which is no failure. */
let wasInterrupted = false;

/** Runs pnpm: the installed one if its major version is right, otherwise the pinned version through npx. */
export function pnpm(args, options) {
  const [command, ...first] = pnpmCommand();
  return run(command, [...first, ...args], options);
}

export function requireNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  console.error(`Inlet needs Node 20.19 or newer; this is ${process.versions.node}.`);
  process.exit(1);
}

/** Ends this process with the step's exit code if the step failed, and with 0 if somebody interrupted it. */
export async function must(step, code) {
  const result = await code;
  if (wasInterrupted) {
    console.log('\nStopped.');
    process.exit(0);
  }
  if (result === 0) return;
  console.error(`\n${step} failed.`);
  process.exit(result);
}
