// `npm test`: installs what the tests need, checks the code, runs all tests, and ends with `N passed, N failed`.
// With arguments it runs only the tests that they name: `npm test -- packages/schedule`.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureChromium } from './chromium.mjs';
import { must, pnpm, requireNode } from './pnpm.mjs';

const CHECKS = ['check:types', 'check:style', 'check:imports', 'check:unused'];

requireNode();
const chosen = process.argv.slice(2);
await must('Installing', pnpm(['install', '--frozen-lockfile', '--reporter=append-only'], { quiet: true }));
await must('Building', pnpm(['run', 'build']));

const env = { CHROMIUM_PATH: ensureChromium() };
let passed = 0;
let failed = 0;
for (const check of chosen.length > 0 ? [] : CHECKS) {
  console.log(`\n> ${check}`);
  if ((await pnpm(['run', check])) === 0) passed += 1;
  else failed += 1;
}

const folder = mkdtempSync(join(tmpdir(), 'inlet-test-'));
const report = join(folder, 'report.json');
const code = await pnpm(
  ['exec', 'vitest', 'run', '--reporter=default', '--reporter=json', `--outputFile=${report}`, ...chosen],
  { env },
);
try {
  const { numPassedTests, numFailedTests, numFailedTestSuites } = JSON.parse(readFileSync(report, 'utf8'));
  passed += numPassedTests;
  // A file that cannot be loaded has no failed test of its own.
  failed += numFailedTests > 0 ? numFailedTests : numFailedTestSuites;
} catch {
  console.error('The tests ended without a report.');
}
rmSync(folder, { recursive: true, force: true });
if (code !== 0 && failed === 0) failed = 1;
console.log(`\n${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
