import type { AttemptResult, Delivery, StoredAttempt } from '@inlet/workflow';
import { makeDelivery } from './model-fixtures.js';
import { at, type Suite } from './store-under-test.js';

/** Later than any time in these tests. */
export const FAR = new Date('2100-01-01');

export const attemptAt = (seconds: number): StoredAttempt => ({
  at: at(seconds),
  durationMs: 12.5,
  status: 503,
  answer: '',
  error: { code: 'delivery_rejected', title: 'Refused', help: 'Look' },
});

export const again = (seconds: number) => ({
  attempt: attemptAt(seconds),
  status: 'pending' as const,
  nextAttemptAt: at(seconds + 60),
  rowsRejected: 0,
  answersUnread: 0,
  acknowledgedAt: null,
  expiresAt: null,
});

export const acknowledged = (seconds: number) => ({
  attempt: { ...attemptAt(seconds), status: 200, error: null },
  status: 'acknowledged' as const,
  nextAttemptAt: null,
  rowsRejected: 2,
  answersUnread: 0,
  acknowledgedAt: at(seconds),
  expiresAt: FAR,
});

export const failed = (seconds: number) => ({
  ...again(seconds),
  status: 'failed' as const,
  nextAttemptAt: null,
  expiresAt: FAR,
});

/** Steps that many tests of deliveries share. */
export function deliveryFixtures(suite: Suite) {
  const insert = async (change: Partial<Delivery> = {}): Promise<Delivery> => {
    const made = makeDelivery(suite, change);
    await suite.store().deliveries.insert([made]);
    return made.delivery;
  };
  /** A run with batches of these statuses, numbered from 1. */
  const insertRun = async (...statuses: Delivery['status'][]): Promise<readonly Delivery[]> => {
    const { projectId, jobId, runId } = makeDelivery(suite).delivery;
    const made = statuses.map((status, index) =>
      makeDelivery(suite, {
        projectId,
        jobId,
        runId,
        status,
        number: index + 1,
        nextAttemptAt: status === 'pending' ? at(index) : null,
      }),
    );
    await suite.store().deliveries.insert(made);
    return made.map(({ delivery }) => delivery);
  };
  const reload = ({ projectId, id }: Delivery) => suite.store().deliveries.get({ projectId, deliveryId: id });
  const bodyOf = async ({ projectId, id }: Delivery) =>
    (await suite.store().deliveries.body({ projectId, deliveryId: id }))?.toString() ?? null;
  const record = ({ projectId, id }: Delivery, options: AttemptResult) =>
    suite.store().deliveries.recordAttempt({ projectId, deliveryId: id }, options);
  const pick = (made: readonly Delivery[], index = 0): Delivery => {
    const delivery = made[index];
    if (delivery === undefined) throw new Error('the delivery does not exist');
    return delivery;
  };
  const statusesOf = async (made: readonly Delivery[]) => {
    const now = await Promise.all(made.map(reload));
    return now.map((delivery) => delivery?.status ?? null);
  };
  return { insert, insertRun, reload, bodyOf, record, pick, statusesOf };
}
