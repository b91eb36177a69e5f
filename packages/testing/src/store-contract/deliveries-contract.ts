import type { Delivery, NewDelivery, StoredAttempt } from '@inlet/workflow';
import { describe, expect, it } from 'vitest';
import { makeDelivery, makeRun } from './make-records.js';
import { RUBBISH_CURSORS, readAllPages } from './read-all-pages.js';
import { at, type Stage } from './store-under-test.js';

/** Later than any test goes. */
const FAR = new Date('2100-01-01');

const attemptAt = (seconds: number): StoredAttempt => ({
  at: at(seconds),
  durationMs: 12.5,
  status: 503,
  answer: '',
  error: { code: 'delivery_rejected', title: 'Refused', help: 'Look' },
});

const again = (seconds: number) => ({
  attempt: attemptAt(seconds),
  status: 'pending' as const,
  nextAttemptAt: at(seconds + 60),
  rowsRejected: 0,
  acknowledgedAt: null,
  expiresAt: null,
});

const acknowledged = (seconds: number) => ({
  attempt: { ...attemptAt(seconds), status: 200, error: null },
  status: 'acknowledged' as const,
  nextAttemptAt: null,
  rowsRejected: 2,
  acknowledgedAt: at(seconds),
  expiresAt: FAR,
});

const failed = (seconds: number) => ({
  ...again(seconds),
  status: 'failed' as const,
  nextAttemptAt: null,
  expiresAt: FAR,
});

export const describeDeliveries = (stage: Stage): void => {
  describe('deliveries', () => {
    const insert = async (change: Partial<Delivery> = {}): Promise<Delivery> => {
      const made = makeDelivery(stage, change);
      await stage.store().deliveries.insert([made]);
      return made.delivery;
    };
    /** A run with batches of these statuses, numbered from 1. */
    const insertRun = async (...statuses: Delivery['status'][]): Promise<readonly Delivery[]> => {
      const { projectId, jobId, runId } = makeDelivery(stage).delivery;
      const made = statuses.map((status, index) =>
        makeDelivery(stage, {
          projectId,
          jobId,
          runId,
          status,
          number: index + 1,
          nextAttemptAt: status === 'pending' ? at(index) : null,
        }),
      );
      await stage.store().deliveries.insert(made);
      return made.map(({ delivery }) => delivery);
    };
    const reload = ({ projectId, id }: Delivery) => stage.store().deliveries.get(projectId, id);
    const bodyOf = async ({ projectId, id }: Delivery) =>
      (await stage.store().deliveries.body(projectId, id))?.toString() ?? null;
    const record = ({ projectId, id }: Delivery, options: ReturnType<typeof again | typeof acknowledged>) =>
      stage.store().deliveries.recordAttempt(projectId, id, options);
    const pick = (made: readonly Delivery[], index = 0): Delivery => {
      const delivery = made[index];
      if (delivery === undefined) throw new Error('there is no such delivery');
      return delivery;
    };
    const statusesOf = async (made: readonly Delivery[]) => {
      const now = await Promise.all(made.map(reload));
      return now.map((delivery) => delivery?.status ?? null);
    };

    describe('insert', () => {
      it('gives deliveries back with their bodies apart', async () => {
        const made = [makeDelivery(stage), makeDelivery(stage, { type: 'import.completed', rows: 0 })];
        await stage.store().deliveries.insert(made);
        for (const { delivery, body } of made) {
          expect(await reload(delivery)).toEqual(delivery);
          expect(await stage.store().deliveries.body(delivery.projectId, delivery.id)).toEqual(body);
        }
      });

      it('takes none at all', async () => {
        await expect(stage.store().deliveries.insert([])).resolves.toBeUndefined();
      });

      it('keeps a body of 8 MB, and one of any bytes', async () => {
        const large: NewDelivery = { ...makeDelivery(stage), body: Buffer.alloc(8_388_608, 'inlet') };
        const odd: NewDelivery = { ...makeDelivery(stage), body: Buffer.from([0, 255, 128, 10]) };
        await stage.store().deliveries.insert([large, odd]);
        for (const { delivery, body } of [large, odd]) {
          const stored = await stage.store().deliveries.body(delivery.projectId, delivery.id);
          expect(stored?.equals(body)).toBe(true);
        }
      });

      it('leaves a delivery whose id is there already as it is, and takes the new ones', async () => {
        const first = makeDelivery(stage, { status: 'pending', nextAttemptAt: at(0) });
        const second = makeDelivery(stage, { projectId: first.delivery.projectId });
        await stage.store().deliveries.insert([first]);
        await record(first.delivery, acknowledged(1));
        const before = await reload(first.delivery);
        await stage.store().deliveries.insert([{ ...first, body: Buffer.from('other') }, second]);
        expect(await reload(first.delivery)).toEqual(before);
        expect(await bodyOf(first.delivery)).toBe(first.body.toString());
        expect(await reload(second.delivery)).toEqual(second.delivery);
        expect(await bodyOf(second.delivery)).toBe(second.body.toString());
      });
    });

    it('shows nothing to another project, and changes nothing for it', async () => {
      const { deliveries } = stage.store();
      const made = await insertRun('held', 'pending', 'failed');
      const { runId, jobId } = pick(made);
      const stranger = stage.newId('prj');
      for (const { id } of made) {
        expect(await deliveries.get(stranger, id)).toBeNull();
        expect(await deliveries.body(stranger, id)).toBeNull();
        expect(await deliveries.replay(stranger, id, at(1))).toBe('not_found');
        await deliveries.recordAttempt(stranger, id, acknowledged(1));
      }
      expect((await deliveries.listOfRun(stranger, { runId, limit: 9 })).items).toEqual([]);
      expect(await deliveries.listDue(stranger, { runId, now: at(99), limit: 9 })).toEqual([]);
      expect(await deliveries.listFailed(stranger, runId)).toEqual([]);
      expect(await deliveries.nextAttemptAt(stranger, runId)).toBeNull();
      expect((await deliveries.summarize(stranger, runId)).held.batches).toBe(0);
      expect(await deliveries.replayRun(stranger, runId, at(1))).toBe(0);
      await deliveries.release(stranger, runId, { claim: 1, now: at(1) });
      await deliveries.discard(stranger, runId, { expiresAt: FAR });
      await deliveries.removeHeld(stranger, runId, { beforeClaim: 9 });
      await deliveries.removeOfJob(stranger, jobId);
      expect(await Promise.all(made.map(reload))).toEqual(made);
      expect(await Promise.all(made.map(bodyOf))).not.toContain(null);
    });

    describe('listings', () => {
      it("lists a run's deliveries by number, page by page", async () => {
        const { projectId, runId } = makeDelivery(stage).delivery;
        const made: Delivery[] = [];
        for (const number of [10, 2, 9, 1, 2]) made.push(await insert({ projectId, runId, number }));
        await insert({ projectId });
        const pages = await readAllPages((cursor) =>
          stage.store().deliveries.listOfRun(projectId, { runId, limit: 2, ...cursor }),
        );
        expect(pages.map((page) => page.length)).toEqual([2, 2, 1]);
        expect(pages.flat()).toEqual([3, 1, 4, 2, 0].map((index) => pick(made, index)));
      });

      it.each(RUBBISH_CURSORS)('refuses the cursor %j', async (cursor) => {
        const page = { runId: stage.newId('run'), limit: 2, cursor };
        await expect(stage.store().deliveries.listOfRun(stage.newId('prj'), page)).rejects.toMatchObject({
          code: 'invalid_cursor',
        });
      });

      it('lists pending ones that are due, in order, and knows when the next one is', async () => {
        const { deliveries } = stage.store();
        const made = await insertRun('pending', 'pending', 'held', 'pending', 'failed');
        const { projectId, runId } = pick(made);
        await record(pick(made), again(10));
        const due = (now: number, limit = 9) => deliveries.listDue(projectId, { runId, now: at(now), limit });
        expect(await due(0)).toEqual([]);
        expect(await due(3)).toEqual([made[1], made[3]]);
        expect(await due(3, 1)).toEqual([made[1]]);
        expect((await due(70)).map(({ number }) => number)).toEqual([1, 2, 4]);
        expect(await deliveries.nextAttemptAt(projectId, runId)).toEqual(at(1));
      });

      it('has no next attempt where none is pending', async () => {
        const { projectId, runId } = pick(await insertRun('held', 'failed', 'discarded'));
        expect(await stage.store().deliveries.nextAttemptAt(projectId, runId)).toBeNull();
      });

      it('lists failed ones in order', async () => {
        const made = await insertRun('failed', 'pending', 'failed');
        const { projectId, runId } = pick(made);
        expect(await stage.store().deliveries.listFailed(projectId, runId)).toEqual([made[0], made[2]]);
      });

      it('sums batches and rows up by status, without events that are no batch', async () => {
        const made = await insertRun('pending', 'pending', 'held', 'failed');
        const { projectId, runId } = pick(made);
        await insert({ projectId, runId, type: 'import.completed', status: 'pending', rows: 5 });
        await record(pick(made), acknowledged(1));
        const none = { batches: 0, rows: 0, rowsRejected: 0 };
        const one = { batches: 1, rows: 10, rowsRejected: 0 };
        expect(await stage.store().deliveries.summarize(projectId, runId)).toEqual({
          held: one,
          pending: one,
          acknowledged: { ...one, rowsRejected: 2 },
          failed: one,
          discarded: none,
        });
      });

      it('lists overdue deliveries of runs that have finished or are gone, the longest overdue first', async () => {
        const { deliveries, runs } = stage.store();
        const day = (text: string) => new Date(`2001-01-${text}`);
        const insertOf = (runId: string, nextAttemptAt: Date) =>
          insert({ runId, status: 'pending', nextAttemptAt });
        const busy = makeRun(stage, {
          outcome: 'running',
          createdAt: day('09'),
          leaseOwner: 'a',
          leaseUntil: day('20'),
        });
        const ended = makeRun(stage, { outcome: 'succeeded' });
        for (const run of [busy, ended]) await runs.insert(run);
        for (let index = 0; index < 5; index++) await insertOf(busy.id, day('01'));
        const later = await insertOf(ended.id, day('03'));
        const sooner = await insertOf(stage.newId('run'), day('02'));
        await insertOf(ended.id, day('05'));
        await insert({ runId: ended.id, status: 'held' });
        const before = day('05');
        expect(await deliveries.listStranded({ before, limit: 10 })).toEqual([sooner, later]);
        expect(await deliveries.listStranded({ before, limit: 1 })).toEqual([sooner]);
        await runs.remove(busy.projectId, busy.id);
        expect(await deliveries.listStranded({ before, limit: 10 })).toHaveLength(7);
        for (const { projectId, jobId } of await deliveries.listStranded({ before, limit: 10 }))
          await deliveries.removeOfJob(projectId, jobId);
      });
    });

    describe('attempts', () => {
      it('records what came of an attempt', async () => {
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

      it('keeps the last ten attempts and counts them all', async () => {
        const delivery = pick(await insertRun('pending'));
        for (let seconds = 1; seconds <= 12; seconds++) await record(delivery, again(seconds));
        const stored = await reload(delivery);
        expect(stored?.attemptCount).toBe(12);
        expect(stored?.attempts).toEqual([3, 4, 5, 6, 7, 8, 9, 10, 11, 12].map(attemptAt));
      });

      it('does not let a worker that comes late make a settled delivery pending again', async () => {
        const made = await insertRun('pending', 'pending', 'pending');
        const { projectId, runId } = pick(made);
        await record(pick(made, 0), acknowledged(1));
        await stage.store().deliveries.recordAttempt(projectId, pick(made, 1).id, failed(1));
        await stage.store().deliveries.discard(projectId, runId, { expiresAt: FAR });
        for (const delivery of made) await record(delivery, again(2));
        expect(await statusesOf(made)).toEqual(['acknowledged', 'failed', 'discarded']);
      });

      it('believes a receiver that acknowledged what was discarded while it was on its way', async () => {
        const delivery = pick(await insertRun('pending'));
        await stage.store().deliveries.discard(delivery.projectId, delivery.runId, { expiresAt: FAR });
        await record(delivery, acknowledged(2));
        expect(await statusesOf([delivery])).toEqual(['acknowledged']);
      });
    });

    describe('release, discard and removal', () => {
      it('releases held ones, and changes nothing when repeated', async () => {
        const made = await insertRun('held', 'held', 'pending', 'failed');
        const { projectId, runId } = pick(made);
        await stage.store().deliveries.release(projectId, runId, { claim: 1, now: at(50) });
        await stage.store().deliveries.release(projectId, runId, { claim: 1, now: at(99) });
        expect(await statusesOf(made)).toEqual(['pending', 'pending', 'pending', 'failed']);
        expect(await reload(pick(made))).toEqual({ ...made[0], status: 'pending', nextAttemptAt: at(50) });
        expect((await reload(pick(made, 2)))?.nextAttemptAt).toEqual(at(2));
      });

      it('discards held and pending ones with their bodies, and no others', async () => {
        const made = await insertRun('held', 'pending', 'acknowledged', 'failed');
        const { projectId, runId } = pick(made);
        await stage.store().deliveries.discard(projectId, runId, { expiresAt: FAR });
        await stage.store().deliveries.discard(projectId, runId, { expiresAt: FAR });
        expect(await statusesOf(made)).toEqual(['discarded', 'discarded', 'acknowledged', 'failed']);
        const bodies = await Promise.all(made.map(bodyOf));
        expect(bodies.map((body) => body !== null)).toEqual([false, false, true, true]);
        expect(await stage.store().deliveries.nextAttemptAt(projectId, runId)).toBeNull();
      });

      it('leaves the closing event of a discarded run to be sent', async () => {
        const { projectId, runId } = pick(await insertRun('pending'));
        const closing = await insert({ projectId, runId, type: 'import.failed', status: 'pending' });
        await stage.store().deliveries.discard(projectId, runId, { expiresAt: FAR });
        expect(await statusesOf([closing])).toEqual(['pending']);
        expect(await bodyOf(closing)).not.toBeNull();
      });

      it('releases what one claim of a run staged, and nothing that came late from another', async () => {
        const { deliveries } = stage.store();
        const { projectId, runId } = makeDelivery(stage).delivery;
        const held = (claim: number, number: number) => insert({ projectId, runId, claim, number });
        const [early, mine, late] = [await held(1, 1), await held(2, 1), await held(1, 2)];
        await deliveries.release(projectId, runId, { claim: 2, now: at(50) });
        expect(await statusesOf([early, mine, late])).toEqual(['held', 'pending', 'held']);
        await deliveries.removeHeld(projectId, runId, { beforeClaim: 2 });
        expect(await statusesOf([early, mine, late])).toEqual([null, 'pending', null]);
        const bodies = await Promise.all([early, mine, late].map(bodyOf));
        expect(bodies.map((body) => body !== null)).toEqual([false, true, false]);
      });

      it('removes held ones of earlier claims with their bodies, so that a run can be staged anew', async () => {
        const { deliveries } = stage.store();
        const made = await insertRun('held', 'held', 'pending');
        const { projectId, runId } = pick(made);
        const mine = await insert({ projectId, runId, claim: 2 });
        const other = await insert({ projectId });
        await deliveries.removeHeld(projectId, runId, { beforeClaim: 1 });
        expect(await statusesOf([...made, mine])).toEqual(['held', 'held', 'pending', 'held']);
        await deliveries.removeHeld(projectId, runId, { beforeClaim: 2 });
        await deliveries.removeHeld(projectId, runId, { beforeClaim: 2 });
        expect(await statusesOf([...made, mine])).toEqual([null, null, 'pending', 'held']);
        const bodies = await Promise.all([...made, mine, other].map(bodyOf));
        expect(bodies.map((body) => body !== null)).toEqual([false, false, true, true, true]);
        await deliveries.insert([makeDelivery(stage, pick(made))]);
        expect(await reload(pick(made))).toEqual(made[0]);
      });

      it('removes all of a job, bodies included', async () => {
        const made = await insertRun('held', 'acknowledged');
        const { projectId, jobId } = pick(made);
        const other = await insert({ projectId });
        await stage.store().deliveries.removeOfJob(projectId, jobId);
        await stage.store().deliveries.removeOfJob(projectId, jobId);
        expect(await statusesOf(made)).toEqual([null, null]);
        expect(await Promise.all(made.map(bodyOf))).toEqual([null, null]);
        expect(await reload(other)).toEqual(other);
        expect(await bodyOf(other)).not.toBeNull();
      });
    });

    describe('expiry', () => {
      /** Nothing else in the store expires before this day. */
      const day = (text: string) => new Date(`2001-02-${text}`);
      /** Batches of a run that is over, all of them acknowledged, to be forgotten on these days. */
      const insertEnded = async (...days: string[]): Promise<readonly Delivery[]> => {
        const made = await insertRun(...days.map(() => 'pending' as const));
        for (const [index, text] of days.entries())
          await record(pick(made, index), { ...acknowledged(1), expiresAt: day(text) });
        return made;
      };
      const remove = (text: string, limit = 10) =>
        stage.store().deliveries.removeExpired({ now: day(text), limit });

      it('removes deliveries with their bodies when their time has come, to the moment', async () => {
        const made = await insertEnded('02', '03', '04');
        expect(
          await stage.store().deliveries.removeExpired({ now: new Date(+day('02') - 1), limit: 9 }),
        ).toBe(0);
        expect(await remove('03')).toBe(2);
        expect(await statusesOf(made)).toEqual([null, null, 'acknowledged']);
        const bodies = await Promise.all(made.map(bodyOf));
        expect(bodies.map((body) => body !== null)).toEqual([false, false, true]);
        expect(await remove('03')).toBe(0);
        expect(await remove('04')).toBe(1);
      });

      it('removes the longest expired first, as many as are asked for', async () => {
        const made = await insertEnded('04', '02', '03');
        expect(await remove('09', 2)).toBe(2);
        expect(await statusesOf(made)).toEqual(['acknowledged', null, null]);
        expect(await remove('09', 2)).toBe(1);
        expect(await remove('09', 2)).toBe(0);
      });

      it('removes what was discarded, and what was held and never released, but nothing that is wanted', async () => {
        const { deliveries } = stage.store();
        const { projectId, runId } = pick(await insertRun('pending'));
        await deliveries.discard(projectId, runId, { expiresAt: day('02') });
        const held = { ...makeDelivery(stage), expiresAt: day('02') };
        const released = { ...makeDelivery(stage), expiresAt: day('02') };
        await deliveries.insert([held, released]);
        const { projectId: itsProject, runId: itsRun } = released.delivery;
        await deliveries.release(itsProject, itsRun, { claim: 1, now: at(0) });
        const wanted = await insertRun('pending', 'held');
        expect(await remove('09')).toBe(2);
        expect(await statusesOf([held.delivery])).toEqual([null]);
        expect(await statusesOf([released.delivery, ...wanted])).toEqual(['pending', 'pending', 'held']);
        await deliveries.removeOfJob(released.delivery.projectId, released.delivery.jobId);
      });

      it('leaves those of an unfinished run, however many, and takes those behind them', async () => {
        const { runs } = stage.store();
        const busy = makeRun(stage, { outcome: 'running', leaseOwner: 'a', leaseUntil: FAR });
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
        await runs.remove(busy.projectId, busy.id);
        expect(await remove('09')).toBe(5);
      });

      it('does not come for what was replayed before, and what it will come for cannot be replayed', async () => {
        const { deliveries } = stage.store();
        const made = await insertEnded('02', '03');
        const { projectId, runId } = pick(made);
        expect(await deliveries.replay(projectId, pick(made).id, day('02'))).toBe('not_replayable');
        expect(await deliveries.replayRun(projectId, runId, day('02'))).toBe(1);
        expect(await statusesOf(made)).toEqual(['acknowledged', 'pending']);
        expect(await remove('09')).toBe(1);
        expect(await statusesOf(made)).toEqual([null, 'pending']);
        expect(await bodyOf(pick(made, 1))).not.toBeNull();
        await deliveries.removeOfJob(projectId, pick(made).jobId);
      });
    });

    describe('replay', () => {
      it('sends an ended delivery again as if it were new, under the same id', async () => {
        const { deliveries } = stage.store();
        const delivery = pick(await insertRun('pending'));
        await record(delivery, acknowledged(1));
        expect(await deliveries.replay(delivery.projectId, delivery.id, at(500))).toBe('replayed');
        expect(await reload(delivery)).toEqual({ ...delivery, nextAttemptAt: at(500) });
        expect(await bodyOf(delivery)).not.toBeNull();
      });

      it('replays one that failed, and only once at a time', async () => {
        const delivery = pick(await insertRun('failed'));
        const replay = () => stage.store().deliveries.replay(delivery.projectId, delivery.id, at(500));
        const results = await Promise.all([replay(), replay()]);
        expect(results.toSorted()).toEqual(['not_replayable', 'replayed']);
      });

      it('does not replay what is held, pending, discarded, without a body, or not there', async () => {
        const { deliveries } = stage.store();
        const made = await insertRun('held', 'pending');
        const { projectId, runId } = pick(made);
        const replay = (id: string) => deliveries.replay(projectId, id, at(500));
        expect(await Promise.all(made.map(({ id }) => replay(id)))).toEqual([
          'not_replayable',
          'not_replayable',
        ]);
        await deliveries.discard(projectId, runId, { expiresAt: FAR });
        expect(await replay(pick(made).id)).toBe('not_replayable');
        await record(pick(made), acknowledged(1));
        expect(await statusesOf(made)).toEqual(['acknowledged', 'discarded']);
        expect(await replay(pick(made).id)).toBe('not_replayable');
        expect(await replay(stage.newId('dlv'))).toBe('not_found');
      });

      it('replays all of a run that ended and still have a body, and says how many', async () => {
        const { deliveries } = stage.store();
        const made = await insertRun('acknowledged', 'failed', 'held', 'discarded', 'pending');
        const { projectId, runId } = pick(made);
        expect(await deliveries.replayRun(projectId, runId, at(500))).toBe(2);
        expect(await statusesOf(made)).toEqual(['pending', 'pending', 'held', 'discarded', 'pending']);
        expect(await reload(pick(made, 1))).toEqual({
          ...made[1],
          status: 'pending',
          nextAttemptAt: at(500),
        });
        expect(await deliveries.replayRun(projectId, runId, at(501))).toBe(0);
      });
    });
  });
};
