import type { Context } from '../ports/context.js';
import type { Delivery, DeliveryRef } from '../ports/model.js';
import { derivedDeliveryId } from './derived-delivery-id.js';

export interface RefusedBatch {
  readonly delivery: Delivery;
  /** JSON of its rows, joined by commas. */
  readonly content: Buffer;
  /** Number of the second half; the first half keeps the number of the batch. */
  readonly secondNumber: number;
}

/**
 * Stores the halves of a batch that is too large for its receiver, as deliveries that are due now. Their ids follow from
 * that of the batch, so that a worker that takes over stores no others.
 */
export async function storeHalves(
  context: Context,
  { delivery, content, secondNumber }: RefusedBatch,
): Promise<void> {
  const { at, rows } = findMiddle(content);
  const [firstId, secondId] = halfIdsOf(delivery.id);
  const half = { ...delivery, status: 'pending', nextAttemptAt: context.now() } as const;
  const first = { ...half, id: firstId, rows, bytes: at };
  const second = {
    ...half,
    id: secondId,
    number: secondNumber,
    rows: delivery.rows - rows,
    bytes: content.length - at - 1,
  };
  await context.store.deliveries.insert([
    { delivery: first, body: content.subarray(0, at), expiresAt: null },
    { delivery: second, body: content.subarray(at + 1), expiresAt: null },
  ]);
}

/** Whether the halves of a batch are stored, because a worker died before it could discard the batch. */
export async function hasHalves(context: Context, { id, projectId }: Delivery): Promise<boolean> {
  const [deliveryId] = halfIdsOf(id);
  return (await context.store.deliveries.get({ projectId, deliveryId })) !== null;
}

export const halfRefsOf = ({ id, projectId }: Delivery): DeliveryRef[] =>
  halfIdsOf(id).map((deliveryId) => ({ projectId, deliveryId }));

const halfIdsOf = (id: string): [string, string] => [derivedDeliveryId(id, '1'), derivedDeliveryId(id, '2')];

const [QUOTE, BACKSLASH, COMMA] = [0x22, 0x5c, 0x2c];
const OPENING = new Set([0x7b, 0x5b]);
const CLOSING = new Set([0x7d, 0x5d]);

/** Finds the comma between two rows that is nearest to the middle, and the number of rows before it. */
function findMiddle(content: Buffer): { readonly at: number; readonly rows: number } {
  let best = { at: 0, rows: 0 };
  let [rows, depth, isText] = [0, 0, false];
  const middle = content.length / 2;
  for (let at = 0; at < content.length; at += 1) {
    const byte = content[at]!;
    if (isText) {
      if (byte === BACKSLASH) at += 1;
      else if (byte === QUOTE) isText = false;
    } else if (byte === QUOTE) isText = true;
    else if (OPENING.has(byte)) depth += 1;
    else if (CLOSING.has(byte)) depth -= 1;
    else if (byte === COMMA && depth === 0) {
      rows += 1;
      if (best.rows === 0 || Math.abs(at - middle) < Math.abs(best.at - middle)) best = { at, rows };
      else break;
    }
  }
  return best;
}
