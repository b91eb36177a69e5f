import { verifyWebhook } from '@inlet/client';
import type { WebhookEvent } from '@inlet/contracts';

export interface ReceivedBatch {
  readonly id: string;
  readonly receivedAt: string;
  readonly isVerified: boolean;
  /** Why it was refused; null when its signature is right. */
  readonly refusal: string | null;
  readonly type: string | null;
  readonly bytes: number;
  readonly event: WebhookEvent | null;
}

export interface DemoReceiver {
  /** Newest first. */
  readonly batches: readonly ReceivedBatch[];
  receive(request: { headers: Record<string, string | string[] | undefined>; body: Buffer }): ReceivedBatch;
}

const KEPT = 50;

/** A webhook receiver as a host would write it: verifies each signature, and remembers the last deliveries. */
export function createDemoReceiver({ secret, now }: { secret: string; now: () => Date }): DemoReceiver {
  const batches: ReceivedBatch[] = [];
  return {
    batches,
    receive({ headers, body }) {
      const batch = verify({ headers, body }, { secret, now });
      batches.unshift(batch);
      batches.length = Math.min(batches.length, KEPT);
      return batch;
    },
  };
}

function verify(
  { headers, body }: Parameters<DemoReceiver['receive']>[0],
  { secret, now }: { secret: string; now: () => Date },
): ReceivedBatch {
  const about = {
    id: String(headers['webhook-id'] ?? ''),
    receivedAt: now().toISOString(),
    bytes: body.length,
  };
  try {
    const event = verifyWebhook({ secret, headers, body, now });
    return { ...about, isVerified: true, refusal: null, type: event.type, event };
  } catch (error) {
    const refusal = error instanceof Error ? error.message : String(error);
    return { ...about, isVerified: false, refusal, type: null, event: null };
  }
}
