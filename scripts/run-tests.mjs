import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { ROOT, run } from './pnpm.mjs';

const MESSAGE_LINES = 6;

/**
 * Runs vitest on the named files or folders, or on all of them, without those that match a pattern in `exclude`, with
 * this Node or another one (`node`, the path of its binary). Resolves with the number of tests that passed, failed and
 * were skipped, and the failures by name; a run that ends without a report counts as one failure.
 */
export async function runTests({ files = [], exclude = [], node = process.execPath, env = {} } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'inlet-test-'));
  const report = join(folder, 'report.json');
  const vitest = join(ROOT, 'node_modules/vitest/vitest.mjs');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile=${report}`];
  const left = exclude.map((pattern) => `--exclude=${pattern}`);
  const code = await run(node, [vitest, 'run', ...reporters, ...left, ...files], { env });
  const result = existsSync(report) ? readReport(report) : { passed: 0, failed: 0, skipped: 0, failures: [] };
  rmSync(folder, { recursive: true, force: true });
  if (code === 0 || result.failed > 0) return result;
  return { ...result, failed: 1, failures: [`the tests ended with exit code ${code} and no failed test`] };
}

function readReport(report) {
  const { numPassedTests, numPendingTests, testResults } = JSON.parse(readFileSync(report, 'utf8'));
  const failures = testResults.flatMap(failuresOf);
  return { passed: numPassedTests, failed: failures.length, skipped: numPendingTests, failures };
}

/** The failed tests of one file, each with the first lines of its message. */
function failuresOf({ name, status, message, assertionResults }) {
  const file = relative(ROOT, name);
  const failures = assertionResults
    .filter((test) => test.status === 'failed')
    .map((test) => describe(`${file} > ${test.fullName}`, test.failureMessages.join('\n')));
  // A file that cannot be loaded, or whose hooks fail, has no failed test.
  return failures.length === 0 && status === 'failed' ? [describe(file, message)] : failures;
}

const describe = (title, message) => [title, ...message.split('\n').slice(0, MESSAGE_LINES)].join('\n    ');

/** Names all failures once more, so that they stand at the end of a long output. */
export function printFailures(failures) {
  for (const failure of failures) console.log(`\nFAILED ${failure}`);
}

/** The closing line of a test run: `N passed, N failed`, followed by the number of skipped tests if there are any. */
export const summaryOf = ({ passed, failed, skipped }) =>
  `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
