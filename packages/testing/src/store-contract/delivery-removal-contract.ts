import type { Delivery } from '@inlet/workflow';
import { describe, expect, it } from 'vitest';
import { acknowledged, deliveryFixtures, FAR, failed } from './delivery-fixtures.js';
import { makeDelivery, makeRun } from './model-fixtures.js';
import { at, type Suite } from './store-under-test.js';

export const describeDeliveryRemoval = (suite: Suite): void => {
  describe('deliveries', () => {
    const { insert, insertRun, reload, bodyOf, record, pick, statusesOf } = deliveryFixtures(suite);

    describe('release, discard and removal', () => {
      it('releases staged deliveries; repeating it changes nothing', async () => {
        const made = await insertRun('staged', 'staged', 'pending', 'failed');
        const { projectId, runId } = pick(made);
        await suite.store().deliveries.release({ projectId, runId, runAttempt: 1 }, at(50));
        await suite.store().deliveries.release({ projectId, runId, runAttempt: 1 }, at(99));
        expect(await statusesOf(made)).toEqual(['pending', 'pending', 'pending', 'failed']);
        expect(await reload(pick(made))).toEqual({ ...made[0], status: 'pending', nextAttemptAt: at(50) });
        expect((await reload(pick(made, 2)))?.nextAttemptAt).toEqual(at(2));
      });

      it('discards staged and pending batches with their bodies, and no others', async () => {
        const made = await insertRun('staged', 'pending', 'acknowledged', 'failed');
        const { projectId, runId } = pick(made);
        await suite.store().deliveries.discard({ projectId, runId }, { expiresAt: FAR });
        await suite.store().deliveries.discard({ projectId, runId }, { expiresAt: FAR });
        expect(await statusesOf(made)).toEqual(['discarded', 'discarded', 'acknowledged', 'failed']);
        const bodies = await Promise.all(made.map(bodyOf));
        expect(bodies.map((body) => body !== null)).toEqual([false, false, true, true]);
        expect(await suite.store().deliveries.nextAttemptAt({ projectId, runId })).toBeNull();
      });

      it('discards the batches from a number on', async () => {
        const made = await insertRun('staged', 'staged', 'staged');
        const { projectId, runId } = pick(made);
        await suite.store().deliveries.discard({ projectId, runId }, { expiresAt: FAR, from: 2 });
        expect(await statusesOf(made)).toEqual(['staged', 'discarded', 'discarded']);
      });

      it('lists the staged deliveries of an attempt, the last first', async () => {
        const made = await insertRun('staged', 'pending', 'staged');
        const { projectId, runId } = pick(made);
        await insert({ projectId, runId, runAttempt: 2 });
        const listed: Delivery[] = [];
        for await (const delivery of suite
          .store()
          .deliveries.streamStaged({ projectId, runId, runAttempt: 1 }))
          listed.push(delivery);
        expect(listed).toEqual([made[2], made[0]]);
      });

      it('keeps the closing event of a discarded run pending', async () => {
        const { projectId, runId } = pick(await insertRun('pending'));
        const closing = await insert({ projectId, runId, type: 'import.failed', status: 'pending' });
        await suite.store().deliveries.discard({ projectId, runId }, { expiresAt: FAR });
        expect(await statusesOf([closing])).toEqual(['pending']);
        expect(await bodyOf(closing)).not.toBeNull();
      });

      it('releases the deliveries of one attempt, and none that another attempt staged late', async () => {
        const { deliveries } = suite.store();
        const { projectId, runId } = makeDelivery(suite).delivery;
        const staged = (runAttempt: number, number: number) =>
          insert({ projectId, runId, runAttempt, number });
        const [early, current, late] = [await staged(1, 1), await staged(2, 1), await staged(1, 2)];
        await deliveries.release({ projectId, runId, runAttempt: 2 }, at(50));
        expect(await statusesOf([early, current, late])).toEqual(['staged', 'pending', 'staged']);
        await deliveries.removeStaged({ projectId, runId }, { beforeAttempt: 2 });
        expect(await statusesOf([early, current, late])).toEqual([null, 'pending', null]);
        const bodies = await Promise.all([early, current, late].map(bodyOf));
        expect(bodies.map((body) => body !== null)).toEqual([false, true, false]);
      });

      it('removes the staged deliveries of earlier attempts with their bodies', async () => {
        const { deliveries } = suite.store();
        const made = await insertRun('staged', 'staged', 'pending');
        const { projectId, runId } = pick(made);
        const current = await insert({ projectId, runId, runAttempt: 2 });
        const other = await insert({ projectId });
        await deliveries.removeStaged({ projectId, runId }, { beforeAttempt: 1 });
        expect(await statusesOf([...made, current])).toEqual(['staged', 'staged', 'pending', 'staged']);
        await deliveries.removeStaged({ projectId, runId }, { beforeAttempt: 2 });
        await deliveries.removeStaged({ projectId, runId }, { beforeAttempt: 2 });
        expect(await statusesOf([...made, current])).toEqual([null, null, 'pending', 'staged']);
        const bodies = await Promise.all([...made, current, other].map(bodyOf));
        expect(bodies.map((body) => body !== null)).toEqual([false, false, true, true, true]);
        await deliveries.insert([makeDelivery(suite, pick(made))]);
        expect(await reload(pick(made))).toEqual(made[0]);
      });

      it('removes all deliveries of a job, with their bodies', async () => {
        const made = await insertRun('staged', 'acknowledged');
        const { projectId, jobId } = pick(made);
        const other = await insert({ projectId });
        await suite.store().deliveries.removeOfJob({ projectId, jobId });
        await suite.store().deliveries.removeOfJob({ projectId, jobId });
        expect(await statusesOf(made)).toEqual([null, null]);
        expect(await Promise.all(made.map(bodyOf))).toEqual([null, null]);
        expect(await reload(other)).toEqual(other);
        expect(await bodyOf(other)).not.toBeNull();
      });
    });

    describe('expiry', () => {
      /** No other test stores a delivery that expires before this day. */
      const day = (text: string) => new Date(`2001-02-${text}`);
      /** Acknowledged batches of a finished run that expire on these days. */
      const insertEnded = async (...days: string[]): Promise<readonly Delivery[]> => {
        const made = await insertRun(...days.map(() => 'pending' as const));
        for (const [index, text] of days.entries())
          await record(pick(made, index), { ...acknowledged(1), expiresAt: day(text) });
        return made;
      };
      const remove = (text: string, limit = 10) =>
        suite.store().deliveries.removeExpired({ now: day(text), limit });

      it('removes deliveries with their bodies exactly when they expire', async () => {
        const made = await insertEnded('02', '03', '04');
        expect(
          await suite.store().deliveries.removeExpired({ now: new Date(+day('02') - 1), limit: 9 }),
        ).toBe(0);
        expect(await remove('03')).toBe(2);
        expect(await statusesOf(made)).toEqual([null, null, 'acknowledged']);
        const bodies = await Promise.all(made.map(bodyOf));
        expect(bodies.map((body) => body !== null)).toEqual([false, false, true]);
        expect(await remove('03')).toBe(0);
        expect(await remove('04')).toBe(1);
      });

      it('removes the longest expired first, up to the limit', async () => {
        const made = await insertEnded('04', '02', '03');
        expect(await remove('09', 2)).toBe(2);
        expect(await statusesOf(made)).toEqual(['acknowledged', null, null]);
        expect(await remove('09', 2)).toBe(1);
        expect(await remove('09', 2)).toBe(0);
      });

      it('removes discarded and never released deliveries, but none that is needed', async () => {
        const { deliveries } = suite.store();
        const { projectId, runId } = pick(await insertRun('pending'));
        await deliveries.discard({ projectId, runId }, { expiresAt: day('02') });
        const staged = { ...makeDelivery(suite), expiresAt: day('02') };
        const released = { ...makeDelivery(suite), expiresAt: day('02') };
        await deliveries.insert([staged, released]);
        const { projectId: itsProject, runId: itsRun } = released.delivery;
        await deliveries.release({ projectId: itsProject, runId: itsRun, runAttempt: 1 }, at(0));
        const wanted = await insertRun('pending', 'staged');
        expect(await remove('09')).toBe(2);
        expect(await statusesOf([staged.delivery])).toEqual([null]);
        expect(await statusesOf([released.delivery, ...wanted])).toEqual(['pending', 'pending', 'staged']);
        await deliveries.removeOfJob(released.delivery);
      });

      it('keeps staged deliveries that wait for a decision', async () => {
        const { deliveries } = suite.store();
        const { delivery, body } = makeDelivery(suite);
        const { projectId, runId } = delivery;
        const other = makeDelivery(suite, { projectId, runId, runAttempt: 2 });
        await deliveries.insert([
          { delivery, body, expiresAt: at(1) },
          { ...other, expiresAt: at(1) },
        ]);
        await deliveries.keepStaged({ projectId, runId, runAttempt: 1 });
        await deliveries.removeExpired({ now: at(2), limit: 1000 });
        expect(await statusesOf([delivery, other.delivery])).toEqual(['staged', null]);
      });

      it('skips the deliveries of an unfinished run, however many, and removes others that expired later', async () => {
        const { runs } = suite.store();
        const busy = makeRun(suite, { outcome: 'running', leaseOwner: 'a', leaseUntil: FAR });
        await runs.insert(busy);
        const ofBusy: Delivery[] = [];
        for (let number = 1; number <= 5; number++) {
          const { projectId, id: runId } = busy;
          const delivery = await insert({ projectId, runId, status: 'pending', number });
          await record(delivery, { ...acknowledged(1), expiresAt: day('01') });
          ofBusy.push(delivery);
        }
        const behind = await insertEnded('02');
        expect(await remove('09', 3)).toBe(1);
        expect(await statusesOf([...ofBusy, ...behind])).toEqual([...ofBusy.map(() => 'acknowledged'), null]);
        await runs.remove({ projectId: busy.projectId, runId: busy.id }, { owner: busy.leaseOwner });
        expect(await remove('09')).toBe(5);
      });

      it('does not remove deliveries that are tried again, and expired ones cannot be', async () => {
        const { deliveries } = suite.store();
        const made = await insertRun('pending', 'pending');
        for (const [index, text] of ['02', '03'].entries())
          await record(pick(made, index), { ...failed(1), expiresAt: day(text) });
        const { projectId } = pick(made);
        const retried = await Promise.all(
          made.map(({ id }) => deliveries.retryFailed({ projectId, deliveryId: id }, day('02'))),
        );
        expect(retried).toEqual([false, true]);
        expect(await statusesOf(made)).toEqual(['failed', 'pending']);
        expect(await remove('09')).toBe(1);
        expect(await statusesOf(made)).toEqual([null, 'pending']);
        expect(await bodyOf(pick(made, 1))).not.toBeNull();
        await deliveries.removeOfJob({ projectId, jobId: pick(made).jobId });
      });
    });
  });
};
