import type { Delivery, NewDelivery } from '@inlet/workflow';
import { describe, expect, it } from 'vitest';
import { acknowledged, again, attemptAt, deliveryFixtures, FAR, failed } from './delivery-fixtures.js';
import { makeDelivery, makeRun } from './model-fixtures.js';
import { INVALID_CURSORS, readAllPages } from './read-all-pages.js';
import { at, type Suite } from './store-under-test.js';

export const describeDeliveries = (suite: Suite): void => {
  describe('deliveries', () => {
    const { insert, insertRun, reload, bodyOf, record, pick, statusesOf } = deliveryFixtures(suite);

    describe('insert', () => {
      it('returns deliveries, and their bodies apart', async () => {
        const made = [makeDelivery(suite), makeDelivery(suite, { type: 'import.completed', rows: 0 })];
        await suite.store().deliveries.insert(made);
        for (const { delivery, body } of made) {
          expect(await reload(delivery)).toEqual(delivery);
          expect(
            await suite.store().deliveries.body({ projectId: delivery.projectId, deliveryId: delivery.id }),
          ).toEqual(body);
        }
      });

      it('accepts an empty list', async () => {
        await expect(suite.store().deliveries.insert([])).resolves.toBeUndefined();
      });

      it('keeps a body of 8 MB, and a body of arbitrary bytes', async () => {
        const large: NewDelivery = { ...makeDelivery(suite), body: Buffer.alloc(8_388_608, 'inlet') };
        const odd: NewDelivery = { ...makeDelivery(suite), body: Buffer.from([0, 255, 128, 10]) };
        await suite.store().deliveries.insert([large, odd]);
        for (const { delivery, body } of [large, odd]) {
          const stored = await suite
            .store()
            .deliveries.body({ projectId: delivery.projectId, deliveryId: delivery.id });
          expect(stored?.equals(body)).toBe(true);
        }
      });

      it('does not change a delivery whose id exists, and stores the new ones', async () => {
        const first = makeDelivery(suite, { status: 'pending', nextAttemptAt: at(0) });
        const second = makeDelivery(suite, { projectId: first.delivery.projectId });
        await suite.store().deliveries.insert([first]);
        await record(first.delivery, acknowledged(1));
        const before = await reload(first.delivery);
        await suite.store().deliveries.insert([{ ...first, body: Buffer.from('other') }, second]);
        expect(await reload(first.delivery)).toEqual(before);
        expect(await bodyOf(first.delivery)).toBe(first.body.toString());
        expect(await reload(second.delivery)).toEqual(second.delivery);
        expect(await bodyOf(second.delivery)).toBe(second.body.toString());
      });
    });

    it('neither returns nor changes a delivery for another project', async () => {
      const { deliveries } = suite.store();
      const made = await insertRun('staged', 'pending', 'failed');
      const { runId, jobId } = pick(made);
      const stranger = suite.newId('prj');
      for (const { id } of made) {
        expect(await deliveries.get({ projectId: stranger, deliveryId: id })).toBeNull();
        expect(await deliveries.body({ projectId: stranger, deliveryId: id })).toBeNull();
        expect(await deliveries.retryFailed({ projectId: stranger, deliveryId: id }, at(1))).toBe(false);
        await deliveries.setRowsRejected({ projectId: stranger, deliveryId: id }, 3);
        await deliveries.recordAttempt({ projectId: stranger, deliveryId: id }, acknowledged(1));
      }
      expect((await deliveries.listOfRun({ projectId: stranger, runId }, { limit: 9 })).items).toEqual([]);
      expect(await deliveries.listDue({ projectId: stranger, runId }, { now: at(99), limit: 9 })).toEqual([]);
      expect(await deliveries.listFailed({ projectId: stranger, runId })).toEqual([]);
      expect(await deliveries.listUnacknowledged({ projectId: stranger, runId })).toEqual([]);
      expect(await deliveries.nextAttemptAt({ projectId: stranger, runId })).toBeNull();
      expect((await deliveries.summarize({ projectId: stranger, runId })).staged.batches).toBe(0);
      await deliveries.release({ projectId: stranger, runId, runAttempt: 1 }, at(1));
      await deliveries.discard({ projectId: stranger, runId }, { expiresAt: FAR });
      await deliveries.removeStaged({ projectId: stranger, runId }, { beforeAttempt: 9 });
      await deliveries.removeOfJob({ projectId: stranger, jobId });
      expect(await Promise.all(made.map(reload))).toEqual(made);
      expect(await Promise.all(made.map(bodyOf))).not.toContain(null);
    });

    describe('listings', () => {
      it("lists a run's deliveries in pages, by number", async () => {
        const { projectId, runId } = makeDelivery(suite).delivery;
        const made: Delivery[] = [];
        for (const number of [10, 2, 9, 1, 2]) made.push(await insert({ projectId, runId, number }));
        await insert({ projectId });
        const pages = await readAllPages((cursor) =>
          suite.store().deliveries.listOfRun({ projectId, runId }, { limit: 2, ...cursor }),
        );
        expect(pages.map((page) => page.length)).toEqual([2, 2, 1]);
        expect(pages.flat()).toEqual([3, 1, 4, 2, 0].map((index) => pick(made, index)));
      });

      it.each(INVALID_CURSORS)('refuses the cursor %j', async (cursor) => {
        const run = { projectId: suite.newId('prj'), runId: suite.newId('run') };
        const listing = suite.store().deliveries.listOfRun(run, { limit: 2, cursor });
        await expect(listing).rejects.toMatchObject({ code: 'invalid_cursor' });
      });

      it('lists due deliveries in order, and tells when the next one is due', async () => {
        const { deliveries } = suite.store();
        const made = await insertRun('pending', 'pending', 'staged', 'pending', 'failed');
        const { projectId, runId } = pick(made);
        await record(pick(made), again(10));
        const due = (now: number, limit = 9) =>
          deliveries.listDue({ projectId, runId }, { now: at(now), limit });
        expect(await due(0)).toEqual([]);
        const alone = async (now: number, limit?: number) =>
          (await due(now, limit)).map(({ body: _, ...delivery }) => delivery);
        expect(await alone(3)).toEqual([made[1], made[3]]);
        expect(await alone(3, 1)).toEqual([made[1]]);
        for (const { id, body } of await due(3))
          expect(body ?? (await deliveries.body({ projectId, deliveryId: id }))).toEqual(
            Buffer.from(`{"rowKey":"${id}"}`),
          );
        expect((await due(70)).map(({ number }) => number)).toEqual([1, 2, 4]);
        expect(await deliveries.nextAttemptAt({ projectId, runId })).toEqual(at(1));
      });

      it('has no next attempt if no delivery is pending', async () => {
        const { projectId, runId } = pick(await insertRun('staged', 'failed', 'discarded'));
        expect(await suite.store().deliveries.nextAttemptAt({ projectId, runId })).toBeNull();
      });

      it('lists failed deliveries in order', async () => {
        const made = await insertRun('failed', 'pending', 'failed');
        const { projectId, runId } = pick(made);
        expect(await suite.store().deliveries.listFailed({ projectId, runId })).toEqual([made[0], made[2]]);
      });

      it('lists the batches that are not acknowledged', async () => {
        const made = await insertRun('failed', 'pending', 'acknowledged', 'staged', 'discarded');
        const { projectId, runId } = pick(made);
        const found = await suite.store().deliveries.listUnacknowledged({ projectId, runId });
        const byNumber = found.toSorted((one, other) => one.number - other.number);
        expect(byNumber).toEqual([made[0], made[1], made[3]]);
      });

      it('counts batches and rows by status, without replays and other events', async () => {
        const made = await insertRun('pending', 'pending', 'staged', 'failed');
        const { projectId, runId } = pick(made);
        await insert({ projectId, runId, type: 'import.completed', status: 'pending', rows: 5 });
        await insert({ projectId, runId, status: 'pending', replayOf: pick(made).id });
        await record(pick(made), { ...acknowledged(1), answersUnread: 1 });
        const none = { batches: 0, rows: 0, rowsRejected: 0, answersUnread: 0 };
        const one = { batches: 1, rows: 10, rowsRejected: 0, answersUnread: 0 };
        expect(await suite.store().deliveries.summarize({ projectId, runId })).toEqual({
          staged: one,
          pending: one,
          acknowledged: { ...one, rowsRejected: 2, answersUnread: 1 },
          failed: one,
          discarded: none,
        });
      });

      it('lists pending deliveries that are due later, the latest first, and changes when one is due', async () => {
        const { deliveries } = suite.store();
        const year = (text: string) => new Date(`${text}-01-01`);
        const sooner = await insert({ status: 'pending', nextAttemptAt: year('2501') });
        const later = await insert({ status: 'pending', nextAttemptAt: year('2502') });
        const failed = await insert({ status: 'failed', nextAttemptAt: year('2502') });
        expect(await deliveries.listPutOff({ after: year('2500'), limit: 10 })).toEqual([later, sooner]);
        expect(await deliveries.listPutOff({ after: year('2500'), limit: 1 })).toEqual([later]);
        for (const { projectId, id: deliveryId } of [sooner, later, failed])
          await deliveries.setNextAttempt({ projectId, deliveryId }, year('2100'));
        expect(await deliveries.listPutOff({ after: year('2500'), limit: 10 })).toEqual([]);
        expect(await reload(later)).toEqual({ ...later, nextAttemptAt: year('2100') });
        expect(await reload(failed)).toEqual(failed);
        for (const { projectId, jobId } of [sooner, later])
          await deliveries.removeOfJob({ projectId, jobId });
      });

      it('lists overdue deliveries of finished or removed runs, longest overdue first', async () => {
        const { deliveries, runs } = suite.store();
        const day = (text: string) => new Date(`2001-01-${text}`);
        const insertOf = (runId: string, nextAttemptAt: Date) =>
          insert({ runId, status: 'pending', nextAttemptAt });
        const busy = makeRun(suite, {
          outcome: 'running',
          createdAt: day('09'),
          leaseOwner: 'a',
          leaseUntil: day('20'),
        });
        const ended = makeRun(suite, { outcome: 'succeeded' });
        for (const run of [busy, ended]) await runs.insert(run);
        for (let index = 0; index < 5; index++) await insertOf(busy.id, day('01'));
        const later = await insertOf(ended.id, day('03'));
        const sooner = await insertOf(suite.newId('run'), day('02'));
        await insertOf(ended.id, day('05'));
        await insert({ runId: ended.id, status: 'staged' });
        const before = day('05');
        expect(await deliveries.listStranded({ before, limit: 10 })).toEqual([sooner, later]);
        expect(await deliveries.listStranded({ before, limit: 1 })).toEqual([sooner]);
        await runs.remove({ projectId: busy.projectId, runId: busy.id }, { owner: busy.leaseOwner });
        expect(await deliveries.listStranded({ before, limit: 10 })).toHaveLength(7);
        for (const { projectId, jobId } of await deliveries.listStranded({ before, limit: 10 }))
          await deliveries.removeOfJob({ projectId, jobId });
      });
    });

    describe('attempts', () => {
      it('records the result of an attempt', async () => {
        const delivery = pick(await insertRun('pending'));
        await record(delivery, again(5));
        const once = { ...delivery, attemptCount: 1, attempts: [attemptAt(5)], nextAttemptAt: at(65) };
        expect(await reload(delivery)).toEqual(once);
        const end = acknowledged(65);
        await record(delivery, end);
        expect(await reload(delivery)).toEqual({
          ...once,
          attemptCount: 2,
          attempts: [attemptAt(5), end.attempt],
          status: 'acknowledged',
          nextAttemptAt: null,
          rowsRejected: 2,
          acknowledgedAt: at(65),
        });
        expect(await bodyOf(delivery)).not.toBeNull();
      });

      it('keeps the last ten attempts, and counts all of them', async () => {
        const delivery = pick(await insertRun('pending'));
        for (let seconds = 1; seconds <= 12; seconds++) await record(delivery, again(seconds));
        const stored = await reload(delivery);
        expect(stored?.attemptCount).toBe(12);
        expect(stored?.attempts).toEqual([3, 4, 5, 6, 7, 8, 9, 10, 11, 12].map(attemptAt));
      });

      it('does not let a late worker make a settled delivery pending again', async () => {
        const made = await insertRun('pending', 'pending', 'pending');
        const { projectId, runId } = pick(made);
        await record(pick(made, 0), acknowledged(1));
        await suite.store().deliveries.recordAttempt({ projectId, deliveryId: pick(made, 1).id }, failed(1));
        await suite.store().deliveries.discard({ projectId, runId }, { expiresAt: FAR });
        for (const delivery of made) await record(delivery, again(2));
        expect(await statusesOf(made)).toEqual(['acknowledged', 'failed', 'discarded']);
      });

      it('accepts the acknowledgement of a delivery that was discarded while it was in flight', async () => {
        const delivery = pick(await insertRun('pending'));
        await suite.store().deliveries.discard(delivery, { expiresAt: FAR });
        await record(delivery, acknowledged(2));
        expect(await statusesOf([delivery])).toEqual(['acknowledged']);
      });
    });

    describe('retryFailed', () => {
      const retry = ({ projectId }: Delivery, deliveryId: string) =>
        suite.store().deliveries.retryFailed({ projectId, deliveryId }, at(500));

      it('makes a failed delivery pending as if it were new, under the same id', async () => {
        const delivery = pick(await insertRun('pending'));
        await record(delivery, failed(1));
        expect(await retry(delivery, delivery.id)).toBe(true);
        expect(await reload(delivery)).toEqual({ ...delivery, nextAttemptAt: at(500) });
        expect(await bodyOf(delivery)).not.toBeNull();
      });

      it('is done once, however many ask for it', async () => {
        const delivery = pick(await insertRun('failed'));
        const results = await Promise.all([retry(delivery, delivery.id), retry(delivery, delivery.id)]);
        expect(results.toSorted()).toEqual([false, true]);
      });

      it('leaves deliveries alone that have not failed or do not exist', async () => {
        const statuses = ['staged', 'pending', 'acknowledged', 'discarded'] as const;
        const made = await insertRun(...statuses);
        const results = await Promise.all(made.map((delivery) => retry(delivery, delivery.id)));
        expect(results).toEqual([false, false, false, false]);
        expect(await statusesOf(made)).toEqual(statuses);
        expect(await retry(pick(made), suite.newId('dlv'))).toBe(false);
      });
    });

    describe('setRowsRejected', () => {
      it('changes the number of an acknowledged delivery only', async () => {
        const made = await insertRun('acknowledged', 'pending');
        for (const { projectId, id } of made)
          await suite.store().deliveries.setRowsRejected({ projectId, deliveryId: id }, 7);
        expect((await Promise.all(made.map(reload))).map((one) => one?.rowsRejected)).toEqual([7, 0]);
      });
    });
  });
};
