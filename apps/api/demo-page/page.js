// Shows what the demo does, and keeps showing it. Text is set as text, never as markup.
const EVERY_MS = 1500;
const numbers = new Intl.NumberFormat();
const relative = new Intl.RelativeTimeFormat(undefined, { numeric: 'auto' });
const OUTCOMES = {
  queued: ['waiting', ''],
  running: ['running', ''],
  succeeded: ['done', 'good'],
  succeeded_with_issues: ['done, with issues', 'warn'],
  unchanged: ['nothing new', 'good'],
  failed: ['failed', 'bad'],
  cancelled: ['cancelled', 'warn'],
  not_started: ['not started', 'warn'],
};

const byId = (id) => document.getElementById(id);
const element = (tag, { text, kind, children = [] } = {}) => {
  const made = document.createElement(tag);
  if (text !== undefined) made.textContent = text;
  if (kind) made.className = kind;
  made.append(...children);
  return made;
};

function ago(iso) {
  const seconds = Math.round((Date.parse(iso) - Date.now()) / 1000);
  if (Math.abs(seconds) < 60) return relative.format(seconds, 'second');
  if (Math.abs(seconds) < 3600) return relative.format(Math.round(seconds / 60), 'minute');
  return new Date(iso).toLocaleString();
}

function jobCard(job) {
  const next = job.nextRunAt ? `Next run ${ago(job.nextRunAt)}` : 'No next run';
  const known = `${numbers.format(job.knownItems)} items known`;
  const reason = job.pausedBecause
    ? [element('span', { text: job.pausedBecause.title, kind: 'bad wide' })]
    : [];
  return element('article', {
    kind: 'card',
    children: [
      element('strong', { text: job.label }),
      element('span', { text: job.status, kind: job.status === 'active' ? 'good' : 'warn' }),
      element('span', { text: `${job.scheduleText}. ${next}. ${known}.`, kind: 'muted wide' }),
      element('span', { text: job.source.url, kind: 'muted wide' }),
      ...reason,
    ],
  });
}

function runRow(run) {
  const [words, kind] = OUTCOMES[run.outcome];
  const took =
    run.startedAt && run.finishedAt ? `${Date.parse(run.finishedAt) - Date.parse(run.startedAt)} ms` : '';
  const { created, updated, unchanged } = run.counts;
  return element('tr', {
    children: [
      element('td', { text: ago(run.startedAt ?? run.createdAt) }),
      element('td', {
        children: [element('span', { text: run.error ? `${words}: ${run.error.title}` : words, kind })],
      }),
      ...[created, updated, unchanged].map((count) =>
        element('td', { text: numbers.format(count), kind: 'number' }),
      ),
      element('td', { text: took, kind: 'number' }),
    ],
  });
}

function batchItem(batch) {
  const rows = batch.event?.data.rows;
  const what = rows
    ? `${numbers.format(rows.length)} ${rows.length === 1 ? 'row' : 'rows'}`
    : (batch.type ?? 'unknown');
  return element('li', {
    children: [
      element('details', {
        children: [
          element('summary', {
            children: [
              element('strong', { text: what }),
              element('span', {
                text: batch.isVerified ? 'signature verified' : batch.refusal,
                kind: batch.isVerified ? 'good' : 'bad',
              }),
              element('span', { text: ago(batch.receivedAt), kind: 'muted' }),
            ],
          }),
          element('pre', { text: JSON.stringify(batch.event, null, 2) }),
        ],
      }),
    ],
  });
}

/** Replaces the list, but leaves it alone while somebody has an entry open. */
function show(id, { items, empty }) {
  const list = byId(id);
  if (list.querySelector('details[open]')) return;
  list.replaceChildren(
    ...(items.length > 0
      ? items
      : [element(list.tagName === 'TBODY' ? 'tr' : 'p', { text: empty, kind: 'empty' })]),
  );
}

async function refresh() {
  try {
    const state = await fetch('/demo/state').then((response) => response.json());
    show('jobs', { items: state.jobs.map(jobCard), empty: 'No import jobs.' });
    show('runs', { items: state.runs.map(runRow), empty: '' });
    show('batches', {
      items: state.batches.slice(0, 12).map(batchItem),
      empty: 'Nothing received yet. The first rows come within seconds.',
    });
    byId('connection').textContent = '';
  } catch {
    byId('connection').textContent = 'The server does not answer. This page goes on trying.';
  }
  setTimeout(refresh, EVERY_MS);
}

refresh();
