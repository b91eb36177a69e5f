// `npm test`: installs what the tests need, checks the code, runs all tests, and ends with `N passed, N failed`.
// With arguments it runs only the tests that they name: `npm test -- packages/schedule`.
// With INLET_TEST_SUMMARY it also writes the counts and the failures to that file, as JSON.
import { writeFileSync } from 'node:fs';
import { ensureChromium } from './chromium.mjs';
import { must, pnpm, requireNode } from './pnpm.mjs';
import { printFailures, runTests, summaryOf } from './run-tests.mjs';

const CHECKS = ['check:types', 'check:style', 'check:imports', 'check:unused'];

requireNode();
const files = process.argv.slice(2);
await must('Installing', pnpm(['install', '--frozen-lockfile', '--reporter=append-only'], { quiet: true }));
await must('Building', pnpm(['run', 'build']));

const checks = files.length > 0 ? [] : CHECKS;
const failedChecks = [];
for (const check of checks) {
  console.log(`\n> ${check}`);
  if ((await pnpm(['run', check])) !== 0) failedChecks.push(check);
}
const tests = await runTests({ files, env: { CHROMIUM_PATH: ensureChromium() } });
const total = {
  passed: checks.length - failedChecks.length + tests.passed,
  failed: failedChecks.length + tests.failed,
  skipped: tests.skipped,
  failures: [...failedChecks, ...tests.failures],
};
if (process.env.INLET_TEST_SUMMARY) writeFileSync(process.env.INLET_TEST_SUMMARY, JSON.stringify(total));
printFailures(total.failures);
console.log(`\n${summaryOf(total)}`);
process.exitCode = total.failed === 0 ? 0 : 1;
