import type { DeliveryView, RunView } from '@inlet/contracts';
import { visibleError } from '../access/authorize.js';
import type { Caller } from '../access/caller.js';
import type { Delivery, Run } from '../ports/model.js';

const toIso = (date: Date | null): string | null => date?.toISOString() ?? null;

export function viewRun(run: Run, caller: Caller): RunView {
  return {
    id: run.id,
    jobId: run.jobId,
    externalUserId: run.externalUserId,
    trigger: run.trigger,
    isDryRun: run.isDryRun,
    outcome: run.outcome,
    phase: run.phase,
    counts: run.counts,
    error: visibleError(caller, run.error),
    held: run.held,
    decision: run.decision,
    replacedBy: run.replacedBy,
    undoes: run.undoes,
    undoneBy: run.undoneBy,
    warnings: [...run.warnings],
    scheduledFor: toIso(run.scheduledFor),
    lateMs: run.lateMs,
    skippedTicks: run.skippedTicks,
    createdAt: run.createdAt.toISOString(),
    startedAt: toIso(run.startedAt),
    finishedAt: toIso(run.finishedAt),
    ...(run.isDryRun && { sample: [...run.sample] }),
  };
}

/** A delivery without its body. */
export function viewDelivery(delivery: Delivery): DeliveryView {
  return {
    id: delivery.id,
    runId: delivery.runId,
    jobId: delivery.jobId,
    replayOf: delivery.replayOf,
    type: delivery.type,
    number: delivery.number,
    rows: delivery.rows,
    bytes: delivery.bytes,
    status: delivery.status,
    reason: delivery.reason,
    attemptCount: delivery.attemptCount,
    attempts: delivery.attempts.map((attempt) => ({ ...attempt, at: attempt.at.toISOString() })),
    nextAttemptAt: toIso(delivery.nextAttemptAt),
    rowsRejected: delivery.rowsRejected,
    createdAt: delivery.createdAt.toISOString(),
    acknowledgedAt: toIso(delivery.acknowledgedAt),
  };
}
