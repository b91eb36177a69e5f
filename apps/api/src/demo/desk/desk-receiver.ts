import { verifyWebhook } from '@inlet/client';
import type { WebhookEvent } from '@inlet/contracts';
import type { StoryShelf } from './story-shelf.js';

export interface ReceivedBatch {
  /** Counts received deliveries, from 1. */
  readonly number: number;
  /** The delivery's id, the same in every attempt. */
  readonly id: string;
  readonly receivedAt: string;
  readonly isVerified: boolean;
  /** Why it was refused; null if its signature is valid. */
  readonly refusal: string | null;
  readonly bytes: number;
  readonly event: WebhookEvent | null;
}

export interface DeskReceiver {
  /** Newest first. */
  readonly batches: readonly ReceivedBatch[];
  receive(request: {
    headers: Record<string, string | string[] | undefined>;
    body: Buffer;
  }): Promise<ReceivedBatch>;
}

const KEPT = 50;

/** A webhook receiver as a host would write it: verifies the signature, stores the rows, then acknowledges. */
export function createDeskReceiver(options: {
  secret: string;
  shelf: StoryShelf;
  now: () => Date;
}): DeskReceiver {
  const { secret, shelf, now } = options;
  const batches: ReceivedBatch[] = [];
  let count = 0;

  return {
    batches,
    async receive({ headers, body }) {
      count += 1;
      const receivedAt = now().toISOString();
      const about = {
        number: count,
        id: String(headers['webhook-id'] ?? ''),
        receivedAt,
        bytes: body.length,
      };
      const batch = { ...about, ...verify({ headers, body }, { secret, now }) };
      if (batch.event?.type === 'import.records') await shelf.put(batch.event, receivedAt);
      batches.unshift(batch);
      batches.length = Math.min(batches.length, KEPT);
      return batch;
    },
  };
}

function verify(
  { headers, body }: Parameters<DeskReceiver['receive']>[0],
  { secret, now }: { secret: string; now: () => Date },
): Pick<ReceivedBatch, 'isVerified' | 'refusal' | 'event'> {
  try {
    return { isVerified: true, refusal: null, event: verifyWebhook({ secret, headers, body, now }) };
  } catch (error) {
    const refusal = error instanceof Error ? error.message : String(error);
    return { isVerified: false, refusal, event: null };
  }
}
