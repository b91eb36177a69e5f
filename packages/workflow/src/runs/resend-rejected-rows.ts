import { InletError, isFinished, type ResentRows } from '@inlet/contracts';
import { findVisibleRun } from '../access/authorize.js';
import type { Caller } from '../access/caller.js';
import { parseRows } from '../ingest/row-json.js';
import { readRejectedRowKeys } from '../outbox/rejected-rows.js';
import { storeReplay } from '../outbox/store-replay.js';
import type { Context } from '../ports/context.js';
import { type Delivery, deliveryRef, type Run } from '../ports/model.js';
import { listAllDeliveries } from './list-all-deliveries.js';

/** Sends the rows again that the receiver rejects, as replays with these rows only. */
export async function resendRejectedRows(
  context: Context,
  caller: Caller,
  { runId }: { runId: string },
): Promise<ResentRows> {
  const run = await findVisibleRun(context, caller, runId);
  if (!isFinished(run.outcome)) throw new InletError('run_not_replayable');
  let hasRejected = false;
  let deliveries = 0;
  let rows = 0;
  for await (const delivery of listAllDeliveries(context, run)) {
    if (delivery.replayOf !== null || delivery.rowsRejected === 0) continue;
    hasRejected = true;
    const resent = await resendRejected(context, { run, delivery });
    if (!resent) continue;
    deliveries += 1;
    rows += resent.rows;
  }
  if (!hasRejected) throw new InletError('run_no_rejected_rows');
  if (deliveries === 0) throw new InletError('run_not_replayable');
  return { deliveries, rows };
}

interface DeliveryOfRun {
  readonly run: Run;
  readonly delivery: Delivery;
}

async function resendRejected(context: Context, { run, delivery }: DeliveryOfRun): Promise<Delivery | null> {
  const body = await context.store.deliveries.body(deliveryRef(delivery));
  if (!body) return null;
  const rejected = await readRejectedRowKeys(context, { run, delivery });
  const rows = parseRows(body).filter(({ rowKey }) => rejected.has(rowKey));
  if (rows.length === 0) return null;
  const json = rows.map((row) => JSON.stringify(row)).join(',');
  return storeReplay(context, { of: delivery, body: Buffer.from(json), rows: rows.length });
}
