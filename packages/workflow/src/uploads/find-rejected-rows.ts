import { parseRows } from '../ingest/row-json.js';
import { readBatchIssues } from '../outbox/rejected-rows.js';
import type { Context } from '../ports/context.js';
import { type Delivery, deliveryRef, type Run } from '../ports/model.js';
import type { RejectedSheetRow } from '../ports/sheets.js';
import { listAllDeliveries } from '../runs/list-all-deliveries.js';

/** The rows of a sheet that the receiver of a run has rejected, by their ids in the sheet. */
export async function findRejectedRows(context: Context, run: Run): Promise<RejectedSheetRow[]> {
  const rejected: RejectedSheetRow[] = [];
  for await (const delivery of listAllDeliveries(context, run))
    if (delivery.replayOf === null && delivery.rowsRejected > 0)
      rejected.push(...(await rejectedRowsOf(context, { run, delivery })));
  return rejected;
}

async function rejectedRowsOf(
  context: Context,
  { run, delivery }: { readonly run: Run; readonly delivery: Delivery },
): Promise<RejectedSheetRow[]> {
  const body = await context.store.deliveries.body(deliveryRef(delivery));
  if (!body) return [];
  const ids = new Map(parseRows(body).map(({ rowKey, id }) => [rowKey, id]));
  const byId = new Map<number, RejectedSheetRow['issues'][number][]>();
  for (const { rowKey, columnKey, message } of await readBatchIssues(context, { run, delivery })) {
    const id = rowKey === null ? undefined : ids.get(rowKey);
    if (id === undefined) continue;
    byId.set(id, [...(byId.get(id) ?? []), { columnKey, message }]);
  }
  return [...byId].map(([id, issues]) => ({ id, issues }));
}
