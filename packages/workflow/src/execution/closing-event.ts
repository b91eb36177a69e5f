import type { EventType, Template } from '@inlet/contracts';
import { findReceiver } from '../outbox/attempt-delivery.js';
import { sendNewDelivery, sendQueuedDelivery } from '../outbox/queued-delivery.js';
import type { Context } from '../ports/context.js';
import { type NewDelivery, type Run, type RunEnding, UNTRIED } from '../ports/model.js';
import type { Execution } from './execution.js';

export interface ClosingEventOptions {
  readonly run: Run;
  readonly template: Template;
  readonly ending: RunEnding;
}

/** The event that closes a run; null if the destination does not subscribe to it or there is nothing to report. */
export function createClosingEvent(
  context: Context,
  { run, template, ending }: ClosingEventOptions,
): NewDelivery | null {
  const { counts, outcome, error } = ending;
  const event = { run, template, id: run.closingDeliveryId, batches: counts.batches };
  switch (outcome) {
    case 'succeeded':
    case 'succeeded_with_issues':
      return createEvent(context, { ...event, type: 'import.completed', data: { outcome, counts } });
    case 'failed':
      return createEvent(context, { ...event, type: 'import.failed', data: { error, counts } });
    case 'held':
      return createEvent(context, { ...event, type: 'import.held', data: { held: run.held, counts } });
    case 'unchanged':
    case 'cancelled':
    case 'not_started':
      return null;
  }
}

export interface NewEvent {
  readonly run: Run;
  readonly template: Template;
  readonly id: string;
  readonly type: EventType;
  /** Batches of the run, which the event follows. */
  readonly batches: number;
  /** The members of the event's `data` besides those of every event. */
  readonly data: { readonly [name: string]: unknown };
}

/** An event about a run; null if the destination does not subscribe to it. */
export function createEvent(
  context: Pick<Context, 'now'>,
  { run, template, id, type, batches, data }: NewEvent,
): NewDelivery | null {
  const { destination } = template;
  if (destination?.kind !== 'webhook' || !destination.events.includes(type)) return null;
  const body = Buffer.from(JSON.stringify({ ...run.about, ...data }));
  const now = context.now();
  return {
    body,
    expiresAt: null,
    delivery: {
      id,
      projectId: run.projectId,
      jobId: run.jobId,
      runId: run.id,
      templateId: run.templateId,
      runAttempt: run.attempt,
      replayOf: null,
      type,
      number: batches + 1,
      rows: 0,
      bytes: body.length,
      ...UNTRIED,
      status: 'pending',
      nextAttemptAt: now,
      createdAt: now,
    },
  };
}

export interface SendClosingOptions extends Execution {
  readonly closing: NewDelivery;
  readonly isFirst?: boolean | undefined;
}

/** Attempts the closing event immediately; later attempts are left to the queue. */
export async function sendClosingEvent(
  context: Context,
  { lease, template, receiver, closing, isFirst }: SendClosingOptions,
): Promise<void> {
  const { projectId, id: deliveryId } = closing.delivery;
  const { run, signal } = lease;
  // A delivery that was stored just now cannot have been sent yet; otherwise the stored state decides.
  const result =
    isFirst && template
      ? await sendNewDelivery(context, {
          stored: closing,
          run,
          receiver: () => receiver ?? findReceiver(context, template),
          signal,
        })
      : await sendQueuedDelivery(context, { projectId, deliveryId }, { signal });
  if (result) await context.queue.setDelivery({ projectId, deliveryId, at: result.againAt });
}

/**
 * Queues the closing event of a finished run if it is still pending, since the worker that ended the run may have
 * died. If it is alive after all, the receiver sees the same id twice.
 */
export async function queueClosingEvent(
  context: Context,
  { projectId, closingDeliveryId: deliveryId }: Run,
): Promise<void> {
  const closing = await context.store.deliveries.get({ projectId, deliveryId });
  if (closing?.status !== 'pending') return;
  const at = closing.nextAttemptAt ?? context.now();
  await context.queue.setDelivery({ projectId, deliveryId, at });
}
