// `npm test`: installs what the tests need, checks the code, runs all tests, and ends with `N passed, N failed`.
// With arguments it runs only the tests that they name: `npm test -- packages/schedule`.
// With INLET_TEST_SUMMARY it also writes the counts to that file, as JSON.
import { writeFileSync } from 'node:fs';
import { ensureChromium } from './chromium.mjs';
import { must, pnpm, requireNode } from './pnpm.mjs';
import { runTests, summaryOf } from './run-tests.mjs';

const CHECKS = ['check:types', 'check:style', 'check:imports', 'check:unused'];

requireNode();
const files = process.argv.slice(2);
await must('Installing', pnpm(['install', '--frozen-lockfile', '--reporter=append-only'], { quiet: true }));
await must('Building', pnpm(['run', 'build']));

const checks = { passed: 0, failed: 0 };
for (const check of files.length > 0 ? [] : CHECKS) {
  console.log(`\n> ${check}`);
  if ((await pnpm(['run', check])) === 0) checks.passed += 1;
  else checks.failed += 1;
}
const tests = await runTests({ files, env: { CHROMIUM_PATH: ensureChromium() } });
const total = {
  passed: checks.passed + tests.passed,
  failed: checks.failed + tests.failed,
  skipped: tests.skipped,
};
if (process.env.INLET_TEST_SUMMARY) writeFileSync(process.env.INLET_TEST_SUMMARY, JSON.stringify(total));
console.log(`\n${summaryOf(total)}`);
process.exitCode = total.failed === 0 ? 0 : 1;
