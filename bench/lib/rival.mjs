import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/**
 * Runs a rival in a separate process and resolves with what it sends: its time (`ms`), the processor time of the whole
 * process (`cpuMs`) if it says so, and its peak memory (`peak`, MB).
 */
export const runRival = (name, ...args) => runChild(`rivals/${name}.mjs`, ...args);

/** Runs a script of this folder in a separate process and resolves with what it sends. */
export function runChild(script, ...args) {
  const child = fork(fileURLToPath(new URL(`../${script}`, import.meta.url)), args, {
    execArgv: ['--max-old-space-size=12000'],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  return new Promise((resolve, reject) => {
    child.once('message', resolve);
    child.once('exit', (code) => reject(new Error(`${script} ended with ${code}`)));
  });
}
