import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT, run } from './pnpm.mjs';

/**
 * Runs vitest on the named files or folders, or on all of them, with this Node or another one (`node`, the path of
 * its binary). Resolves with the number of tests that passed, failed and were skipped; a run that ends without a
 * report counts as one failure.
 */
export async function runTests({ files = [], node = process.execPath, env = {} } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'inlet-test-'));
  const report = join(folder, 'report.json');
  const vitest = join(ROOT, 'node_modules/vitest/vitest.mjs');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile=${report}`];
  const code = await run(node, [vitest, 'run', ...reporters, ...files], { env });
  const counts = existsSync(report) ? readCounts(report) : { passed: 0, failed: 0, skipped: 0 };
  if (!existsSync(report)) console.error('The tests ended without a report.');
  rmSync(folder, { recursive: true, force: true });
  return code !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts;
}

function readCounts(report) {
  const { numPassedTests, numFailedTests, numPendingTests, numFailedTestSuites } = JSON.parse(
    readFileSync(report, 'utf8'),
  );
  // A file that cannot be loaded counts as a failed suite without a failed test.
  const failed = numFailedTests > 0 ? numFailedTests : numFailedTestSuites;
  return { passed: numPassedTests, failed, skipped: numPendingTests };
}

/** The closing line of a test run: `N passed, N failed`, followed by the number of skipped tests if there are any. */
export const summaryOf = ({ passed, failed, skipped }) =>
  `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
