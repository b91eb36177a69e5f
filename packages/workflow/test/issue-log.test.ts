import type { RunIssue } from '@inlet/contracts';
import { interceptOperations } from '@inlet/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createIssueLog } from '../src/ingest/issue-log.js';
import { runRef } from '../src/ports/model.js';
import type { IssuePage } from '../src/ports/store.js';
import { type EngineBench, startEngineBench } from './engine-bench.js';

let bench: EngineBench;

beforeAll(async () => {
  bench = await startEngineBench();
});
afterAll(() => bench.close());

const issue = (record: number): RunIssue => ({
  record,
  rowKey: `row-${record}`,
  columnKey: 'title',
  code: 'required',
  message: 'A value is required.',
  severity: 'error',
});
const issues = (from: number, count: number) =>
  Array.from({ length: count }, (_, index) => issue(from + index));

async function logFor(firstPage: number) {
  const { id } = await bench.makeJob();
  const run = { ...(await bench.storedRun((await bench.startRun(id)).runId)), stagedAttempt: 2 };
  const pages: [number, number][] = [];
  const watched = interceptOperations(bench.context, async (_name, proceed, [page]) => {
    const { number, issues: stored } = page as IssuePage;
    pages.push([number, stored.length]);
    return proceed();
  });
  return { run, pages, log: createIssueLog(watched, { run, firstPage }) };
}

test('issues are stored in full pages, and the rest when the log is closed', async () => {
  const { run, pages, log } = await logFor(7);
  await log.add(issues(1, 300));
  expect(pages).toEqual([]);
  await log.add(issues(301, 900));
  expect(pages).toEqual([
    [7, 500],
    [8, 500],
  ]);
  await log.close();
  expect(pages.at(-1)).toEqual([9, 200]);
  const stored: RunIssue[] = [];
  const { projectId, id: runId } = run;
  for await (const page of bench.context.store.issues.stream({ projectId, runId, runAttempt: 2 }))
    stored.push(...page);
  expect(stored.map(({ record }) => record)).toEqual(Array.from({ length: 1200 }, (_, index) => index + 1));
});

test('a log without issues stores no page', async () => {
  const { pages, log } = await logFor(0);
  await log.add([]);
  await log.close();
  expect(pages).toEqual([]);
});

test('a log that starts at the same page replaces it', async () => {
  const { run, log } = await logFor(3);
  await log.add(issues(1, 2));
  await log.close();
  const again = createIssueLog(bench.context, { run, firstPage: 3 });
  await again.add(issues(5, 1));
  await again.close();
  const attempt = { ...runRef(run), runAttempt: 2 };
  const { items } = await bench.context.store.issues.list(attempt, { limit: 10 });
  expect(items.map(({ record }) => record)).toEqual([5]);
});
