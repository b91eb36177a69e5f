#!/usr/bin/env node
import { findLowLimit } from './cli/find-low-limit.js';

const complain = (text: string): unknown => process.stderr.write(`${text}\n`);
const lowLimit = findLowLimit();
if (lowLimit === null) {
  // Loaded late: it opens more files and takes more memory than a low limit allows.
  const { runCli } = await import('./cli/run-cli.js');
  process.exitCode = await runCli(process.argv.slice(2), {
    print: (text) => process.stdout.write(`${text}\n`),
    complain,
  });
} else {
  complain(lowLimit);
  process.exitCode = 1;
}
