import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statfsSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, startFeedServer, startReceiver } from '../../packages/testing/dist/index.js';
import { feedOf, jobInput, templateInput } from './import-setup.mjs';
import { openInstallation, request, until } from './servers.mjs';

const SIZE_MB = 160;
/** The database measures the free space again after a second. */
const MEASURED_WITHIN_MS = 1100;
const RESERVE_MB = 32;
const MB = 2 ** 20;

/**
 * Runs a server on a small disk, and fills that up: the server must read, deliver, delete, restart and say what is
 * wrong, refuse everything that adds data, and go on by itself when there is space.
 */
export async function fillDisk({ note }) {
  const disk = mountDisk();
  if (disk === null) return note('a full disk', { skipped: 'this user may not mount a tmpfs' });
  const dataDir = join(disk.path, 'data');
  const installation = openInstallation({
    INLET_DATA_DIR: dataDir,
    INLET_DISK_RESERVE_MB: String(RESERVE_MB),
  });
  const [site, receiver, port] = await Promise.all([startFeedServer(), startReceiver(), freePort()]);
  const environment = { PORT: String(port), INLET_SPOOL_DIR: tmpdir() };
  const ballast = join(disk.path, 'ballast');
  try {
    let serving = await installation.serve(environment);
    const { secretKey: key } = await installation.createProject('Disk');
    const call = (method, path, body) => request(serving.address + path, { method, key, body });
    const check = async (what, act) =>
      note(
        what,
        await act().then(
          (fault) => fault ?? null,
          ({ message }) => message,
        ),
      );
    const mustAnswer = (what, expected, method, path, body) =>
      check(what, async () => {
        const { status, text } = await call(method, path, body);
        return expected.includes(status) ? null : `answered ${status} ${text}`;
      });
    const template = await call(
      'POST',
      '/v1/templates',
      templateInput({ destination: { url: receiver.url } }),
    );
    const input = (name) =>
      jobInput({
        templateId: template.json.id,
        url: site.route(`/${name}.rss`, { body: feedOf([{ id: '1', title: name }]) }),
      });
    const jobs = [];
    for (const name of ['first', 'second'])
      jobs.push((await call('POST', '/v1/import-jobs', input(name))).json.job);
    // A delivery that is stored before the disk is full, and sent afterwards.
    let isDown = true;
    receiver.answerWith(() => (isDown ? { status: 503 } : {}));
    const { json: run } = await call('POST', `/v1/import-jobs/${jobs[0].id}/run`, {});
    await until('a failed attempt', async () => {
      const { json } = await call('GET', `/v1/runs/${run.id}/deliveries`);
      return json.items?.[0]?.attemptCount > 0;
    });

    const { bavail, bsize } = statfsSync(disk.path);
    writeFileSync(ballast, Buffer.alloc(bavail * bsize - (RESERVE_MB / 2) * MB));
    await new Promise((resolve) => setTimeout(resolve, MEASURED_WITHIN_MS));
    const whileFull = async (when) => {
      await check(`/readyz ${when}`, async () => {
        const { status, text, json } = await request(`${serving.address}/readyz`);
        return status === 200 && json.status === 'degraded' && json.reasons.includes('disk_full')
          ? null
          : `answered ${status} ${text}`;
      });
      await mustAnswer(`/healthz ${when}`, [200], 'GET', '/healthz');
      await mustAnswer(`a list ${when}`, [200], 'GET', '/v1/templates');
      await mustAnswer(`a job ${when}`, [200], 'GET', `/v1/import-jobs/${jobs[0].id}`);
      await mustAnswer(`a new job ${when}`, [507], 'POST', '/v1/import-jobs', input('third'));
    };
    await whileFull('on a full disk');
    serving.child.kill('SIGKILL');
    await serving.ended;
    serving = await installation.serve(environment);
    await whileFull('after a restart on a full disk');
    isDown = false;
    await check('a delivery on a full disk', () =>
      until('the end of its run', async () => (await call('GET', `/v1/runs/${run.id}`)).json.finishedAt, {
        within: 60_000,
      }).then(() => null),
    );
    await mustAnswer('a deletion on a full disk', [204], 'DELETE', `/v1/import-jobs/${jobs[1].id}`);

    truncateSync(ballast, 0);
    await check('work when there is space again', async () => {
      const created = await until('a new job', async () => {
        const { status, json } = await call('POST', '/v1/import-jobs', { ...input('fourth'), runNow: true });
        return status === 201 && json;
      });
      const ended = await until('the end of its run', async () => {
        const { json } = await call('GET', `/v1/runs/${created.run.id}`);
        return json.finishedAt && json;
      });
      return ended.outcome === 'succeeded' ? null : `ended ${ended.outcome}`;
    });
    await check('/readyz when there is space again', async () => {
      const { json } = await request(`${serving.address}/readyz`);
      return json.status === 'ok' ? null : JSON.stringify(json);
    });
  } finally {
    await installation.close();
    await Promise.all([site.close(), receiver.close()]);
    disk.unmount();
  }
}

/** A small disk in memory; null if this system or user cannot mount one. */
function mountDisk() {
  const path = mkdtempSync(join(tmpdir(), 'inlet-disk-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${SIZE_MB}m`, 'tmpfs', path], { stdio: 'ignore' });
  } catch {
    rmSync(path, { recursive: true });
    return null;
  }
  return {
    path,
    unmount() {
      execFileSync('umount', ['-l', path]);
      rmSync(path, { recursive: true, force: true });
    },
  };
}
