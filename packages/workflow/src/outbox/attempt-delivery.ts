import { type EventAbout, InletError, type Template } from '@inlet/contracts';
import { nextAttemptDelayMs, type PostDeliveryResult, postDelivery } from '@inlet/delivery';
import type { Context } from '../ports/context.js';
import type { Delivery, DueDelivery, Run } from '../ports/model.js';
import { logRefused, type RefusedRow } from './rejected-rows.js';

export interface Addressee {
  readonly destination: NonNullable<Template['destination']>;
  /** Webhook secrets, the newest first. */
  readonly secrets: readonly string[];
}

export interface SentDelivery {
  readonly outcome: PostDeliveryResult;
  readonly status: 'pending' | 'acknowledged' | 'failed';
  readonly nextAttemptAt: Date | null;
  readonly rowsRejected: number;
}

/** Where the rows of a template go, with what signs them. */
export async function findAddressee(context: Context, template: Template): Promise<Addressee> {
  if (!template.destination) throw new InletError('template_no_destination');
  const credentials = await context.store.projects.get(template.projectId);
  if (!credentials) throw new InletError('project_not_found');
  return { destination: template.destination, secrets: credentials.webhookSecrets };
}

/** Makes one attempt at a stored delivery and stores what came of it, refused rows first. */
export async function sendStored(
  context: Context,
  options: {
    /** With its body, where that is at hand. */
    delivery: Delivery & Partial<Pick<DueDelivery, 'body'>>;
    run: Run;
    addressee: Addressee;
    signal?: AbortSignal;
  },
): Promise<SentDelivery> {
  const { delivery, run, addressee, signal } = options;
  const { projectId, id } = delivery;
  const stored = delivery.body ?? (await context.store.deliveries.body(projectId, id));
  if (!stored) throw new InletError('delivery_body_expired');
  const outcome = await postDelivery({
    webhooks: context.webhooks,
    destination: addressee.destination,
    secrets: addressee.secrets,
    id,
    body: envelope(delivery, { about: run.about, of: run.counts.batches, stored }),
    now: context.now,
    timeoutMs: context.settings.deliveryTimeoutMs,
    ...(signal && { signal }),
  });
  context.observe({ kind: 'delivery_attempt', result: outcome.kind, durationMs: outcome.attempt.durationMs });
  const refused = outcome.kind === 'acknowledged' ? refusedRows(outcome.rejected, stored) : [];
  if (refused.length > 0) await logRefused(context, { run, delivery, rows: refused });
  const verdict = judge(context, { delivery, outcome });
  const sent = { outcome, ...verdict, rowsRejected: refused.length };
  await recordAttempt(context, { delivery, sent });
  return sent;
}

/** What follows from an attempt: done, again later, or given up. */
function judge(
  context: Context,
  { delivery, outcome }: { delivery: Delivery; outcome: PostDeliveryResult },
): Pick<SentDelivery, 'status' | 'nextAttemptAt'> {
  if (outcome.kind === 'acknowledged') return { status: 'acknowledged', nextAttemptAt: null };
  if (outcome.kind !== 'retry') return { status: 'failed', nextAttemptAt: null };
  const delayMs = nextAttemptDelayMs(delivery.attemptCount + 1, {
    random: context.random,
    retryAfterMs: outcome.afterMs,
  });
  if (delayMs === null) return { status: 'failed', nextAttemptAt: null };
  return { status: 'pending', nextAttemptAt: new Date(context.now().getTime() + delayMs) };
}

async function recordAttempt(
  context: Context,
  { delivery, sent }: { delivery: Delivery; sent: SentDelivery },
): Promise<void> {
  const now = context.now();
  const { attempt } = sent.outcome;
  const keepMs =
    sent.status === 'acknowledged' ? context.settings.keepAcknowledgedMs : context.settings.keepFailedMs;
  await context.store.deliveries.recordAttempt(delivery.projectId, delivery.id, {
    attempt: { ...attempt, at: new Date(attempt.at) },
    status: sent.status,
    nextAttemptAt: sent.nextAttemptAt,
    rowsRejected: sent.rowsRejected,
    acknowledgedAt: sent.status === 'acknowledged' ? now : null,
    expiresAt: sent.status === 'pending' ? null : new Date(now.getTime() + keepMs),
  });
}

/** The body to sign: the same bytes at every attempt. */
function envelope(
  delivery: Delivery,
  { about, of, stored }: { about: EventAbout; of: number; stored: Buffer },
): Buffer {
  const head = `{"type":"${delivery.type}","timestamp":"${delivery.createdAt.toISOString()}","data":`;
  if (delivery.type !== 'import.records') return Buffer.concat([Buffer.from(head), stored, Buffer.from('}')]);
  const batch = `,"batch":{"number":${delivery.number},"of":${of}},"rows":[`;
  const opening = `${head}${JSON.stringify(about).slice(0, -1)}${batch}`;
  return Buffer.concat([Buffer.from(opening), stored, Buffer.from(']}}')]);
}

/** The refused rows that are really part of the batch, each with its place in the source. */
function refusedRows(
  rejected: Extract<PostDeliveryResult, { kind: 'acknowledged' }>['rejected'],
  stored: Buffer,
): RefusedRow[] {
  if (rejected.length === 0) return [];
  const rows = JSON.parse(`[${stored.toString()}]`) as { rowKey: string; record: number | null }[];
  const records = new Map(rows.map(({ rowKey, record }) => [rowKey, record]));
  const seen = new Set<string>();
  return rejected
    .filter(({ rowKey }) => records.has(rowKey) && !seen.has(rowKey) && seen.add(rowKey))
    .map(({ rowKey, errors }) => ({
      rowKey,
      record: records.get(rowKey) ?? null,
      messages: errors.length > 0 ? errors : [{ columnKey: null, message: 'The receiver refused this row.' }],
    }));
}
