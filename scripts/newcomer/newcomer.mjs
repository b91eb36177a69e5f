// Repeats the path of a newcomer, outside the repository and with an empty home directory: a copy of the repository,
// `npm start`, the steps of the README, the upgrade of an old data directory, hosts in plain Node, Vite and Next.js that
// install the packages from the server, checks of the packages and of the OpenAPI document. Ends with `N passed, N failed`.
// With INLET_TEST_SUMMARY it also writes the counts and the failures to that file, as JSON.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { printFailures, summaryOf } from '../run-tests.mjs';
import { checkOpenapi, checkPackages } from './checks.mjs';
import { tryExampleReceiver, tryNextHost, tryNodeHost, tryViteHost } from './hosts.mjs';
import { startFromCopy, tryReadme } from './readme.mjs';
import { tryUpgrade } from './upgrade.mjs';

const STEPS = [
  ['copy and npm start', startFromCopy],
  ['the steps of the README', tryReadme],
  ['a host in plain Node', tryNodeHost],
  ['the oldest kept data directory', tryUpgrade],
  ['the example receiver, copied out', tryExampleReceiver],
  ['a Vite host', tryViteHost],
  ['the Next.js example, copied out', tryNextHost],
  ['publint and attw on each package', checkPackages],
  ['redocly and openapi-typescript on the OpenAPI document', checkOpenapi],
];

const home = mkdtempSync(join(tmpdir(), 'inlet-newcomer-'));
/** `cleanUp` holds functions that end the processes of a step. */
const context = { home, cleanUp: [] };
const total = { passed: 0, failed: 0, skipped: 0, failures: [] };
for (const [name, step] of STEPS) {
  const startedAt = Date.now();
  try {
    await step(context);
    total.passed += 1;
    console.log(`✓ ${name} (${Math.round((Date.now() - startedAt) / 1000)} s)`);
  } catch (error) {
    total.failed += 1;
    total.failures.push(`newcomer > ${name}\n    ${error.message.replaceAll('\n', '\n    ')}`);
    console.log(`✗ ${name}`);
    // Nothing works without a server.
    if (!context.address) break;
  }
}
for (const end of context.cleanUp.reverse()) await end();
rmSync(home, { recursive: true, force: true });
if (process.env.INLET_TEST_SUMMARY) writeFileSync(process.env.INLET_TEST_SUMMARY, JSON.stringify(total));
printFailures(total.failures);
console.log(`\n${summaryOf(total)}`);
process.exitCode = total.failed === 0 ? 0 : 1;
