import { spawnSync } from 'node:child_process';
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { projectSecretsSchema } from '@inlet/contracts';
import {
  cliProcesses,
  FAR_AWAY,
  type FeedServer,
  type Receiver,
  startFeedServer,
  startReceiver,
  waitFor,
} from '@inlet/testing';
import { WITHOUT_EMBEDDED } from '@inlet/testing/database';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ITEMS, jobInput, rssOf, templateInput } from './example-import.js';

const disk = mkdtempSync(join(tmpdir(), 'inlet-full-'));
const filler = join(disk, 'filler');
const run = (command: string, ...args: string[]) =>
  spawnSync(command, args, { stdio: 'ignore' }).status === 0;
const isMounted =
  process.platform === 'linux' && run('mount', '-t', 'tmpfs', '-o', 'size=48m', 'tmpfs', disk);

/** Leaves no free byte on the disk. */
function fillDisk(): void {
  const file = openSync(filler, 'a');
  try {
    for (const block = Buffer.alloc(4096); ; ) writeSync(file, block);
  } catch (error) {
    expect(error).toMatchObject({ code: 'ENOSPC' });
  } finally {
    closeSync(file);
  }
  expect(statfsSync(disk).bavail).toBe(0);
}

describe.skipIf(!isMounted || WITHOUT_EMBEDDED !== undefined)(
  'an installation on a full disk (skipped if no file system can be mounted)',
  () => {
    const processes = cliProcesses(() => ({
      INLET_DATA_DIR: join(disk, 'data'),
      INLET_DISK_RESERVE_MB: '16',
      INLET_LOCK_SECONDS: '5',
    }));
    let site: FeedServer;
    let receiver: Receiver;

    beforeAll(async () => {
      mkdirSync(join(disk, 'data'));
      [site, receiver] = await Promise.all([startFeedServer(), startReceiver()]);
    });
    afterAll(async () => {
      await processes.kill();
      await Promise.all([site.close(), receiver.close()]);
      run('umount', '-l', disk);
      rmSync(disk, { recursive: true, force: true });
    });

    it('delivers, starts, reads and deletes, refuses new data with 507, and resumes by itself', async () => {
      const { out } = await processes.output(['project', 'create', '--name', 'Shop', '--json']);
      const { secretKey } = projectSecretsSchema.parse(JSON.parse(out));
      let server = await processes.serve();
      const call = async (method: string, path: string, body?: unknown) => {
        const response = await fetch(server.address + path, {
          method,
          headers: { accesskey: secretKey, ...(body ? { 'content-type': 'application/json' } : {}) },
          body: body ? JSON.stringify(body) : null,
        });
        const text = await response.text();
        return { status: response.status, text, json: text.startsWith('{') ? JSON.parse(text) : null };
      };

      // The receiver holds the first batch back until the disk is full.
      let release = () => {};
      const released = new Promise<void>((resolve) => {
        release = resolve;
      });
      receiver.answerWith(async () => {
        await released;
        return { status: 204 };
      });
      const destination = { url: receiver.url };
      const template = await call('POST', '/v1/templates', templateInput({ destination }));
      const feed = site.route('/shop.rss', { body: rssOf(ITEMS) });
      const input = jobInput(template.json.id, feed, { schedule: FAR_AWAY });
      const created = await call('POST', '/v1/import-jobs', { ...input, runNow: true });
      expect(created.status).toBe(201);
      await receiver.received(1);

      fillDisk();
      release();
      const [, closing] = await receiver.received(2);
      expect(closing?.json).toMatchObject({ type: 'import.completed' });
      const runPath = `/v1/runs/${created.json.run.id}`;
      const finished = await waitFor(
        () => call('GET', runPath),
        ({ json }) => json.outcome === 'succeeded_with_issues',
      );
      expect(finished.json.counts).toMatchObject({ rowsAcknowledged: 2 });

      server.child.kill('SIGTERM');
      expect(await server.ended).toEqual({ code: 0, signal: null });
      server = await processes.serve();
      expect((await call('GET', `/v1/import-jobs/${created.json.job.id}`)).status).toBe(200);
      const refused = await call('POST', '/v1/import-jobs', input);
      expect([refused.status, refused.json.code]).toEqual([507, 'disk_full']);
      expect(await call('GET', '/readyz')).toMatchObject({
        status: 200,
        json: { status: 'degraded', reasons: ['disk_full'] },
      });
      expect((await call('GET', '/healthz')).status).toBe(200);
      expect((await call('GET', '/metrics')).text).toContain('\ninlet_disk_full 1\n');
      expect((await call('DELETE', `/v1/import-jobs/${created.json.job.id}`)).status).toBe(204);
      expect((await call('GET', `/v1/import-jobs/${created.json.job.id}`)).status).toBe(404);

      rmSync(filler);
      await waitFor(
        () => call('POST', '/v1/import-jobs', input),
        ({ status }) => status === 201,
      );
      expect((await call('GET', '/readyz')).json).toEqual({ status: 'ok' });
      expect((await call('GET', '/metrics')).text).toContain('\ninlet_disk_full 0\n');
      server.child.kill('SIGTERM');
      expect(await server.ended).toEqual({ code: 0, signal: null });
      expect(await processes.output(['db', 'validate'])).toMatchObject({ code: 0, err: '' });
    });
  },
);
