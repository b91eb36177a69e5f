import { spawn, spawnSync } from 'node:child_process';
import { dirname } from 'node:path';
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
 * printed. Forwards SIGINT and SIGTERM to the command.
 */
export function run(command, args, { env = {}, quiet = false } = {}) {
  const child = spawn(command, args, {
    cwd: ROOT,
    env: { ...environment, ...env },
    stdio: ['inherit', quiet ? 'ignore' : 'inherit', 'inherit'],
    shell: process.platform === 'win32',
  });
  const forward = (signal) => child.kill(signal);
  process.on('SIGINT', forward);
  process.on('SIGTERM', forward);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code, signal) => {
      process.off('SIGINT', forward);
      process.off('SIGTERM', forward);
      if (signal) console.error(`\n${[command, ...args].join(' ')} was ended by ${signal}.`);
      resolve(signal ? 1 : code);
    });
  });
}

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

/** Ends this process with the step's exit code if the step failed. */
export async function must(step, code) {
  const result = await code;
  if (result === 0) return;
  console.error(`\n${step} failed.`);
  process.exit(result);
}
