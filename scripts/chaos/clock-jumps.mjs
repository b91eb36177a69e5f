import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort, startFeedServer, startReceiver } from '../../packages/testing/dist/index.js';
import { feedOf, jobInput, templateInput } from './import-setup.mjs';
import { openInstallation, requireOk, until } from './servers.mjs';

const HOUR_MS = 3_600_000;
/** Maintenance, which corrects times, looks every half minute. */
const CORRECTED_WITHIN_MS = 60_000;

/**
 * Sets the clock of a running server ahead by hours and back again: schedules must tick once for a jump, nothing may
 * wait for a time that a wrong clock has set, and nothing may come twice.
 */
export async function jumpClock({ note }) {
  const installation = openInstallation();
  const [site, receiver, port] = await Promise.all([startFeedServer(), startReceiver(), freePort()]);
  const clockFile = join(installation.dataDir, 'clock-offset');
  let offsetMs = 0;
  const setClock = (ms) => {
    offsetMs = ms;
    writeFileSync(clockFile, String(ms));
  };
  setClock(0);
  const environment = {
    PORT: String(port),
    CHAOS_CLOCK_FILE: clockFile,
    NODE_OPTIONS: `--import ${new URL('./jumping-clock.mjs', import.meta.url)}`,
  };
  try {
    let serving = await installation.serve(environment);
    const { secretKey } = await installation.createProject('Clock');
    const call = (method, path, body) => requireOk(serving.address + path, { method, key: secretKey, body });
    const { id: templateId } = await call(
      'POST',
      '/v1/templates',
      templateInput({ destination: { url: receiver.url } }),
    );
    const items = [{ id: '1', title: 'One' }];
    const url = site.route('/feed.rss', (_request, response) => response.end(feedOf(items)));
    const create = async (changes) =>
      (await call('POST', '/v1/import-jobs', jobInput({ templateId, url, ...changes }))).job;
    const job = await create({ label: 'by hand' });
    // No tick comes by itself while this runs.
    const minute = (new Date().getUTCMinutes() + 30) % 60;
    const hourly = await create({ label: 'hourly', schedule: { kind: 'hours', every: 1, minute } });
    const addItem = () => items.push({ id: String(items.length + 1), title: `Item ${items.length + 1}` });
    const runNow = () => call('POST', `/v1/import-jobs/${job.id}/run`, {});
    const runOf = (id) => call('GET', `/v1/runs/${id}`);
    const ended = async (id) => {
      const run = await runOf(id);
      return run.finishedAt && run;
    };
    const attempt = async (what, act) =>
      note(
        what,
        await act().then(
          () => null,
          ({ message }) => message,
        ),
      );
    const importNow = (what) =>
      attempt(`an import ${what}`, async () => {
        addItem();
        const { id } = await runNow();
        const { outcome } = await until('the end of its run', () => ended(id), { within: 20_000 });
        if (outcome !== 'succeeded') throw new Error(`it ended ${outcome}`);
      });
    const ticks = async () => (await call('GET', `/v1/import-jobs/${hourly.id}/runs?limit=50`)).items.length;
    /** The next time is one that the clock of now would choose. */
    const nextTimeIsRight = (what) =>
      attempt(`the next time of a schedule ${what}`, () =>
        until(
          'a next time within an hour',
          async () => {
            const { nextRunAt } = await call('GET', `/v1/import-jobs/${hourly.id}`);
            return Date.parse(nextRunAt) <= Date.now() + offsetMs + HOUR_MS + 60_000;
          },
          { within: CORRECTED_WITHIN_MS, every: 500 },
        ),
      );

    await importNow('before any jump');
    setClock(5 * HOUR_MS);
    await attempt('a schedule after a jump of five hours', async () => {
      await until('one run for the ticks that passed', async () => (await ticks()) >= 1, { within: 30_000 });
      if ((await ticks()) > 1) throw new Error(`${await ticks()} runs instead of one`);
    });
    await importNow('after a jump of five hours');
    await nextTimeIsRight('after a jump of five hours');

    // Work that is under way when the machine dies, and comes up with the right time.
    let isHanging = true;
    const hanging = site.route('/hanging.rss', (_request, response) => {
      if (isHanging) response.write('<rss>');
      else response.end(feedOf(items));
    });
    const { run } = await call(
      'POST',
      '/v1/import-jobs',
      jobInput({ templateId, url: hanging, runNow: true }),
    );
    await until('a run in ingest', async () => (await runOf(run.id)).phase === 'ingest', { within: 20_000 });
    receiver.answerWith((_request, number) => (number === 1 ? { status: 500 } : {}));
    addItem();
    const retried = await runNow();
    await until(
      'a failed attempt',
      async () => {
        const { items: deliveries } = await call('GET', `/v1/runs/${retried.id}/deliveries`);
        return deliveries[0]?.attemptCount > 0;
      },
      { within: 20_000 },
    );
    serving.child.kill('SIGKILL');
    await serving.ended;
    isHanging = false;
    setClock(0);
    serving = await installation.serve(environment);
    const within = { within: CORRECTED_WITHIN_MS, every: 250 };
    await Promise.all([
      attempt('a run whose worker died while the clock was ahead', () =>
        until('its end', () => ended(run.id), within),
      ),
      attempt('a delivery that waits since the clock was ahead', () =>
        until('the end of its run', () => ended(retried.id), within),
      ),
      nextTimeIsRight('after the clock went back'),
    ]);
    await importNow('after the clock went back');
    const before = await ticks();
    setClock(-2 * HOUR_MS);
    await importNow('after the clock went back while running');
    await nextTimeIsRight('after the clock went back while running');
    note('ticks after the clock went back', (await ticks()) > before + 1 ? 'are repeated' : null);
    const ids = receiver.requests.map(({ headers }) => headers['webhook-id']);
    const titles = receiver.requests.flatMap(({ json }) =>
      json.type === 'import.records' && json.data.jobId === job.id ? json.data.rows : [],
    );
    const isTwice = new Set(titles.map(({ rowKey, version }) => `${rowKey} ${version}`)).size < items.length;
    note('rows after all jumps', ids.length === 0 || isTwice ? 'are missing' : null);
  } finally {
    await installation.close();
    await Promise.all([site.close(), receiver.close()]);
  }
}
