import { createHash } from 'node:crypto';

/** Events that end a run. A held run has others before: that it is held, and the decision. */
const ENDINGS = new Set(['import.completed', 'import.failed', 'import.discarded']);

/**
 * Keeps what arrived at a receiver, by import, and finds what must never happen there. Every title that the feeds of
 * this campaign have is unique, so that a title names one version of one row.
 */
export function createLedger() {
  const bodies = new Map();
  const rowsOfJob = new Map();
  const idsOfTitle = new Map();
  const closingIds = new Map();
  const lastAt = new Map();
  const faults = [];

  function add({ json: event, headers, rawBody }) {
    const id = String(headers['webhook-id']);
    const { jobId, runId } = event.data;
    const isReplay = headers['inlet-replay'] !== undefined;
    lastAt.set(jobId, performance.now());
    const digest = createHash('sha256').update(rawBody).digest('hex');
    if ((bodies.get(id) ?? digest) !== digest) faults.push(`delivery ${id} came with two bodies`);
    bodies.set(id, digest);
    if (event.type !== 'import.records') {
      if (ENDINGS.has(event.type) && !isReplay) addTo(closingIds, runId, `${id} ${event.type}`);
      return;
    }
    const rows = rowsOfJob.get(jobId) ?? new Map();
    rowsOfJob.set(jobId, rows);
    for (const { rowKey, version, values } of event.data.rows) {
      if ((rows.get(rowKey)?.version ?? -1) <= version)
        rows.set(rowKey, { version, title: values?.title ?? null });
      if (!isReplay && values) addTo(idsOfTitle, values.title, { id, runId });
    }
  }

  return {
    add,
    faults,
    /** The titles that a receiver has that follows the documentation. */
    titlesOf: (jobId) =>
      [...(rowsOfJob.get(jobId)?.values() ?? [])].flatMap(({ title }) => title ?? []).toSorted(),
    /** Titles that came in more than one delivery, with these deliveries. */
    repeated: () =>
      [...idsOfTitle]
        .map(([title, found]) => [title, uniqueById(found)])
        .filter(([, found]) => found.length > 1),
    /** Runs with more than one closing event. */
    closedTwice: () => [...closingIds].filter(([, ids]) => new Set(ids).size > 1),
    lastAt: (jobId) => lastAt.get(jobId) ?? 0,
    rows: () => idsOfTitle.size,
  };
}

const uniqueById = (found) => [...new Map(found.map((each) => [each.id, each])).values()];

function addTo(lists, key, value) {
  const list = lists.get(key) ?? [];
  lists.set(key, list);
  list.push(value);
}
