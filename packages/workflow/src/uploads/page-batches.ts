import { InletError, type PageAnswer, type PageBatch } from '@inlet/contracts';
import { readRejections } from '@inlet/delivery';
import { findVisibleUpload } from '../access/authorize.js';
import type { Caller } from '../access/caller.js';
import { parseRows } from '../ingest/row-json.js';
import { logAcknowledgement, matchRejectedRows } from '../outbox/rejected-rows.js';
import type { Context } from '../ports/context.js';
import { type DeliveryRef, deliveryRef, type RunRef, runRef } from '../ports/model.js';
import type { Upload } from '../ports/uploads.js';

/** The upload, whose rows must go to a page: those of a webhook are acknowledged by its server alone. */
async function findPageUpload(context: Context, caller: Caller, uploadId: string): Promise<Upload> {
  const upload = await findVisibleUpload(context, caller, uploadId);
  const template = await context.store.templates.get(upload);
  if (!template) throw new InletError('template_not_found');
  if (template.destination?.kind !== 'frontend')
    throw new InletError('upload_closed', { detail: 'The rows of this template do not go to a page.' });
  return upload;
}

/** The first batch of an upload that the page has not answered; null if there is none now. */
export async function nextPageBatch(
  context: Context,
  caller: Caller,
  uploadId: string,
): Promise<{ next: PageBatch | null }> {
  const { projectId, status, finish } = await findPageUpload(context, caller, uploadId);
  if (status !== 'delivering' || finish === null) return { next: null };
  const ref: RunRef = { projectId, runId: finish.runId };
  const [delivery] = await context.store.deliveries.listDue(ref, { now: context.now(), limit: 1 });
  const run = delivery && (await context.store.runs.get(ref));
  if (!delivery || !run) return { next: null };
  const body = delivery.body ?? (await context.store.deliveries.body(deliveryRef(delivery)));
  if (!body) throw new InletError('delivery_body_expired');
  const batch = { number: delivery.number, of: run.counts.batches };
  return { next: { runId: run.id, deliveryId: delivery.id, batch, rows: parseRows(body) } };
}

export interface PageAcknowledgement extends PageAnswer {
  readonly uploadId: string;
  readonly deliveryId: string;
}

/**
 * Takes the answer of the page to a batch. A second answer changes nothing.
 *
 * @throws InletError upload_not_found, upload_closed, delivery_not_found
 */
export async function acknowledgePageBatch(
  context: Context,
  caller: Caller,
  { uploadId, deliveryId, results }: PageAcknowledgement,
): Promise<void> {
  const upload = await findPageUpload(context, caller, uploadId);
  const ref: DeliveryRef = { projectId: upload.projectId, deliveryId };
  const delivery = await context.store.deliveries.get(ref);
  if (delivery?.type !== 'import.records' || !upload.runIds.includes(delivery.runId))
    throw new InletError('delivery_not_found');
  if (delivery.status === 'acknowledged') return;
  const run = await context.store.runs.get(delivery);
  const content = await context.store.deliveries.body(ref);
  if (delivery.status !== 'pending' || !run || !content)
    throw new InletError('upload_closed', { detail: `Its status is ${upload.status}.` });
  const rows = matchRejectedRows(readRejections({ results }), content);
  await logAcknowledgement(context, { run, delivery, content, rows, unreadable: null });
  const now = context.now();
  await context.store.deliveries.recordAttempt(ref, {
    attempt: { at: now, durationMs: 0, status: null, answer: '', error: null },
    status: 'acknowledged',
    reason: null,
    nextAttemptAt: null,
    rowsRejected: rows.length,
    answersUnread: 0,
    acknowledgedAt: now,
    expiresAt: new Date(now.getTime() + context.settings.keepAcknowledgedMs),
  });
  await context.queue.setRun({ ...runRef(run), at: now });
}
