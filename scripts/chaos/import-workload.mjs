import { startFeedServer, startReceiver } from '../../packages/testing/dist/index.js';
import { createLedger } from './import-ledger.mjs';
import { feedOf, jobInput, templateInput } from './import-setup.mjs';
import { pause, until } from './servers.mjs';

const JOBS = 6;
const ITEMS = 240;
const ROWS_PER_BATCH = 20;
const DECISION = { reason: 'A campaign.' };
/** After a removal is acknowledged, a request that was under way may still arrive. */
const IN_FLIGHT_MS = 8000;
const CONVERGES_WITHIN_MS = 150_000;

/**
 * Imports whose feeds change all the time, with a receiver that fails now and then, and the steps that bring them into
 * each phase. `call` repeats a request until a server answers it.
 */
export async function openWorkload({ call, random }) {
  const [site, receiver] = await Promise.all([startFeedServer(), startReceiver()]);
  const ledger = createLedger();
  const jobs = [];
  const deleted = [];
  const waiting = new Set();
  const failedIds = new Set();
  let revision = 0;
  let isKind = false;

  receiver.answerWith((received) => {
    const id = received.headers['webhook-id'];
    const isChosen = !isKind && !failedIds.has(id) && random.next() < 0.02;
    if (isChosen) failedIds.add(id);
    const answer = isChosen
      ? [{ status: 500 }, { fault: 'destroy' }, { delayMs: 800 }][random.between(0, 2)]
      : {};
    // A receiver that does not answer may have stored the rows or not: this one has.
    ledger.add(received);
    for (const waiter of waiting) waiter(received.json);
    return answer;
  });

  /** Resolves with the next event at the receiver that fits, or after a few seconds without one. */
  const event = (fits) =>
    new Promise((resolve) => {
      const end = () => {
        clearTimeout(timeout);
        waiting.delete(look);
        resolve();
      };
      const look = (json) => fits(json) && end();
      const timeout = setTimeout(end, 4000);
      waiting.add(look);
    });

  const newTitle = (job, id) => {
    revision += 1;
    return `${job.name}-${id}-${revision}`;
  };
  const addItems = (job, count) => {
    for (let added = 0; added < count; added += 1) {
      job.lastId += 1;
      job.items.set(String(job.lastId), newTitle(job, job.lastId));
    }
  };
  const change = (job) => {
    for (const id of [...job.items.keys()]) {
      const chance = random.next();
      if (chance < 0.02) job.items.delete(id);
      else if (chance < 0.3) job.items.set(id, newTitle(job, id));
    }
    addItems(job, random.between(1, 20));
  };

  async function createJob(templateId) {
    const name = `j${jobs.length + deleted.length}`;
    const job = { name, items: new Map(), lastId: 0, stopped: null, served: () => {} };
    addItems(job, ITEMS);
    const url = site.route(`/${name}.rss`, async (_request, response) => {
      const text = feedOf([...job.items].map(([id, title]) => ({ id, title })));
      response.writeHead(200, { 'content-type': 'application/rss+xml' });
      if (job.stopped !== null) {
        const { at, reached, resumed } = job.stopped;
        response.write(text.slice(0, Math.floor(text.length * at)));
        reached();
        await resumed;
        return response.destroy();
      }
      response.end(text);
      job.served();
    });
    const changeDetection = { removed: true };
    const input = jobInput({ templateId, url, changeDetection, label: name });
    job.id = (await call('POST', '/v1/import-jobs', input)).json.job.id;
    jobs.push(job);
    return job;
  }

  const template = await call(
    'POST',
    '/v1/templates',
    templateInput({ destination: { url: receiver.url, rowsPerBatch: ROWS_PER_BATCH } }),
  );
  const templateId = template.json.id;
  for (let count = 0; count < JOBS; count += 1) await createJob(templateId);

  /** Starts a run, unless one is under way; resolves with its id, or null. */
  const run = async (job) => (await call('POST', `/v1/import-jobs/${job.id}/run`, {})).json?.id ?? null;
  const runOf = async (runId) => (await call('GET', `/v1/runs/${runId}`)).json;
  const ofJob = (job, fits) => event(({ type, data }) => data.jobId === job.id && fits(type, data));

  async function changeAndRun(job) {
    change(job);
    return run(job);
  }

  /** Ways into the phases of a run and the other work of a server. Each resolves when the server may be killed. */
  const moments = {
    async ingest(job) {
      let [reached, resume] = [null, null];
      const stopped = new Promise((resolve) => {
        reached = resolve;
      });
      const resumed = new Promise((resolve) => {
        resume = resolve;
      });
      job.stopped = { at: random.next(), reached, resumed };
      await changeAndRun(job);
      await Promise.race([stopped, pause(3000)]);
      return () => {
        job.stopped = null;
        resume();
      };
    },
    async guard(job) {
      const served = new Promise((resolve) => {
        job.served = resolve;
      });
      await changeAndRun(job);
      await Promise.race([served, pause(3000)]);
      await pause(random.between(0, 150));
    },
    async deliver(job) {
      const number = random.between(1, 6);
      const arrived = ofJob(job, (type, data) => type === 'import.records' && data.batch.number >= number);
      await changeAndRun(job);
      await arrived;
    },
    async finish(job) {
      const arrived = ofJob(
        job,
        (type, data) => type === 'import.records' && data.batch.number === data.batch.of,
      );
      await changeAndRun(job);
      await arrived;
      await pause(random.between(0, 150));
    },
    async closing(job) {
      const arrived = ofJob(job, (type) => type === 'import.completed');
      await changeAndRun(job);
      await arrived;
    },
    async held(job) {
      for (const id of [...job.items.keys()].slice(8)) job.items.delete(id);
      const runId = await run(job);
      const isReleased = random.next() < 0.5;
      if (runId !== null) {
        const ended = async () => (await runOf(runId)).finishedAt;
        await until('a held run', ended, { within: 4000 }).catch(() => {});
        const decision = isReleased ? { ...DECISION, removals: 'send' } : DECISION;
        call('POST', `/v1/runs/${runId}/${isReleased ? 'release' : 'discard'}`, decision).catch(() => {});
        await pause(random.between(0, 200));
      }
      return () => addItems(job, ITEMS);
    },
    async replay(job) {
      const { items } = (await call('GET', `/v1/import-jobs/${job.id}/runs`)).json;
      const done = items.find(({ finishedAt, counts }) => finishedAt && counts.batchesAcknowledged > 0);
      if (done) call('POST', `/v1/runs/${done.id}/replay`, {}).catch(() => {});
      await pause(random.between(0, 200));
    },
    async deletion(job) {
      await changeAndRun(job);
      await pause(random.between(0, 400));
      jobs.splice(jobs.indexOf(job), 1);
      deleted.push(job);
      job.removed = call('DELETE', `/v1/import-jobs/${job.id}`).then(() => {
        job.removedAt = performance.now();
      });
      await pause(random.between(0, 100));
      return async () => {
        await job.removed;
        await createJob(templateId);
      };
    },
    /** The first moments of a server: migrations, interrupted runs, maintenance. */
    async start() {
      await pause(random.between(0, 600));
    },
  };

  /** Runs a job until a run finds nothing new. Resolves with a fault, or null. */
  async function converge(job) {
    const giveUpAt = performance.now() + CONVERGES_WITHIN_MS;
    let last = 'no run';
    while (performance.now() < giveUpAt) {
      const answer = await call('POST', `/v1/import-jobs/${job.id}/run`, {});
      if (answer.status === 409) {
        last = answer.text;
        await pause(300);
        continue;
      }
      if (answer.status >= 300) return `a run of ${job.name} was refused: ${answer.text}`;
      const found = await until(
        'the end of a run',
        async () => {
          const now = await runOf(answer.json.id);
          return now.finishedAt && now;
        },
        { within: giveUpAt - performance.now() },
      );
      const { outcome, counts, error } = found;
      last = `${outcome} ${JSON.stringify(error ?? counts)}`;
      if (outcome === 'held')
        await call('POST', `/v1/runs/${found.id}/release`, { ...DECISION, removals: 'send' });
      else if (error === null && counts.created + counts.updated + counts.removed === 0)
        return counts.unchanged === job.items.size
          ? null
          : `${job.name}: ${counts.unchanged} of ${job.items.size} items are known`;
    }
    return `${job.name} did not come to rest: ${last}`;
  }

  const check = async (note) => {
    isKind = true;
    const faults = await Promise.all(jobs.map(converge));
    for (const [index, job] of jobs.entries()) {
      note(`the end of ${job.name}`, faults[index]);
      const [expected, received] = [[...job.items.values()].toSorted(), ledger.titlesOf(job.id)];
      note(`the rows of ${job.name} at the receiver`, differenceOf(expected, received));
    }
    for (const job of deleted) {
      await job.removed;
      const { status } = await call('GET', `/v1/import-jobs/${job.id}`);
      note(`the deleted ${job.name}`, status === 404 ? null : `is still there: ${status}`);
      const isLate = ledger.lastAt(job.id) > job.removedAt + IN_FLIGHT_MS;
      note(`deliveries of the deleted ${job.name}`, isLate ? 'went on after it was deleted' : null);
    }
    for (const fault of ledger.faults) note('a delivery', fault);
    for (const [runId, found] of ledger.closedTwice())
      note(`run ${runId}`, `has several closing events: ${[...new Set(found)]}`);
    note('rows that came twice', await repeatedFault({ ledger, call }));
  };

  return {
    jobs,
    moments,
    check,
    rows: ledger.rows,
    close: () => Promise.all([site.close(), receiver.close()]),
  };
}

function differenceOf(expected, received) {
  const [missing, extra] = [
    expected.filter((title) => !received.includes(title)),
    received.filter((title) => !expected.includes(title)),
  ];
  if (missing.length + extra.length === 0) return null;
  return `${missing.length} missing (${missing.slice(0, 3)}), ${extra.length} too many (${extra.slice(0, 3)})`;
}

/** A row may come in two deliveries only if the first one was never acknowledged: its run failed, and the next sends it again. */
async function repeatedFault({ ledger, call }) {
  for (const [title, deliveries] of ledger.repeated()) {
    const runs = new Set(deliveries.map(({ runId }) => runId));
    if (runs.size < deliveries.length)
      return `${title} came in two deliveries of one run: ${JSON.stringify(deliveries)}`;
    const statuses = [];
    for (const { id, runId } of deliveries) statuses.push(await statusOf({ call, runId, id }));
    if (statuses.filter((status) => status === 'acknowledged').length > 1)
      return `${title} was acknowledged and sent again: ${JSON.stringify(deliveries)}`;
  }
  return null;
}

async function statusOf({ call, runId, id }) {
  const { json } = await call('GET', `/v1/runs/${runId}/deliveries?limit=200`);
  return json.items?.find((delivery) => delivery.id === id)?.status ?? null;
}
