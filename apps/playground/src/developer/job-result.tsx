import type { Job } from '../api/desk-types.js';
import { Time } from '../components/time.js';
import { formatCount } from '../formats.js';

type Outcome = NonNullable<Job['lastRun']>['outcome'];

const WORDS: Readonly<Record<Outcome, readonly [string, 'good' | 'amber-text' | 'bad' | 'muted']>> = {
  queued: ['Waiting', 'muted'],
  running: ['Running', 'muted'],
  held: ['Held', 'amber-text'],
  succeeded: ['Done', 'good'],
  succeeded_with_issues: ['Done, some rows need attention', 'amber-text'],
  unchanged: ['Nothing new', 'good'],
  failed: ['Failed', 'bad'],
  cancelled: ['Cancelled', 'amber-text'],
  not_started: ['Not started', 'amber-text'],
};

export function JobResult({ lastRun, now }: { lastRun: Job['lastRun']; now: number }) {
  if (!lastRun) return <span className="muted">It has not run yet</span>;
  const { outcome, counts, error, finishedAt } = lastRun;
  const [words, kind] = WORDS[outcome];
  return (
    <>
      <span className={kind}>{error ? `${words}: ${error.title}` : words}</span>
      <span className="muted"> · {changes(counts)} · </span>
      <Time iso={finishedAt} now={now} />
    </>
  );
}

function changes({
  created,
  updated,
  removed,
  invalid,
  unchanged,
}: NonNullable<Job['lastRun']>['counts']): string {
  const parts = [
    ...(created > 0 ? [`${formatCount(created, 'new', 'new')}`] : []),
    ...(updated > 0 ? [`${formatCount(updated, 'changed', 'changed')}`] : []),
    ...(removed > 0 ? [`${formatCount(removed, 'removed', 'removed')}`] : []),
    ...(invalid > 0 ? [`${formatCount(invalid, 'invalid', 'invalid')}`] : []),
  ];
  return parts.length > 0 ? parts.join(', ') : formatCount(unchanged, 'unchanged', 'unchanged');
}
