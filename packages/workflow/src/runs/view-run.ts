import type { DeliveryView, RunView } from '@inlet/contracts';
import type { Delivery, Run } from '../ports/model.js';

const iso = (date: Date | null): string | null => date?.toISOString() ?? null;

/** A run as the API shows it. */
export function viewRun(run: Run): RunView {
  return {
    id: run.id,
    jobId: run.jobId,
    externalUserId: run.externalUserId,
    trigger: run.trigger,
    isDryRun: run.isDryRun,
    outcome: run.outcome,
    phase: run.phase,
    counts: run.counts,
    error: run.error,
    warnings: [...run.warnings],
    scheduledFor: iso(run.scheduledFor),
    lateMs: run.lateMs,
    skippedTicks: run.skippedTicks,
    createdAt: run.createdAt.toISOString(),
    startedAt: iso(run.startedAt),
    finishedAt: iso(run.finishedAt),
    ...(run.isDryRun && { sample: [...run.sample] }),
  };
}

/** A delivery as the API shows it, without its body. */
export function viewDelivery(delivery: Delivery): DeliveryView {
  return {
    id: delivery.id,
    runId: delivery.runId,
    jobId: delivery.jobId,
    type: delivery.type,
    number: delivery.number,
    rows: delivery.rows,
    bytes: delivery.bytes,
    status: delivery.status,
    attemptCount: delivery.attemptCount,
    attempts: delivery.attempts.map((attempt) => ({ ...attempt, at: attempt.at.toISOString() })),
    nextAttemptAt: iso(delivery.nextAttemptAt),
    rowsRejected: delivery.rowsRejected,
    createdAt: delivery.createdAt.toISOString(),
    acknowledgedAt: iso(delivery.acknowledgedAt),
  };
}
