import { createHash } from 'node:crypto';
import { MIN_BATCH_BYTES, type WebhookDestination } from '@inlet/contracts';
import type { Context } from '../ports/context.js';
import type { BodyLimit, Job } from '../ports/model.js';

interface JobAndReceiver {
  readonly job: Job;
  readonly destination: WebhookDestination;
}

/** Then larger bodies are tried again, since receivers are changed. */
const FORGET_AFTER_MS = 7 * 86_400_000;
/** Half of a refused body, and some room, since the halves of a batch are not equal. */
const SHARE_OF_REFUSED = 0.55;

/** The largest body to send to a receiver, by its earlier answers to the job; null if it refused none lately. */
export function knownBodyLimit(
  context: Pick<Context, 'now'>,
  { job: { bodyLimit }, destination }: { job: Pick<Job, 'bodyLimit'>; destination: WebhookDestination },
): number | null {
  if (bodyLimit?.receiver !== receiverOf(destination)) return null;
  const ageMs = context.now().getTime() - bodyLimit.learnedAt.getTime();
  return ageMs < FORGET_AFTER_MS ? bodyLimit.maxBytes : null;
}

interface RefusedBody {
  readonly bytes: number;
  /** The limit that the receiver states; null if it states none. */
  readonly statedBytes: number | null;
}

/** What is known about the size of bodies that a receiver accepts. */
export interface BodyLimits {
  readonly maxBytes: number | null;
  /** Remembers that the receiver refused a body as too large: for the other batches, and for later runs of the job. */
  learn(refused: RefusedBody): Promise<void>;
}

export function createBodyLimits(context: Context, { job, destination }: JobAndReceiver): BodyLimits {
  let maxBytes = knownBodyLimit(context, { job, destination });
  return {
    get maxBytes() {
      return maxBytes;
    },
    async learn({ bytes, statedBytes }) {
      const isStated = statedBytes !== null && statedBytes < bytes;
      const found = isStated ? statedBytes : Math.floor(bytes * SHARE_OF_REFUSED);
      // Smaller batches cost more requests than they save, and are halved as they are refused.
      const accepted = Math.max(MIN_BATCH_BYTES, found);
      if (maxBytes !== null && maxBytes <= accepted) return;
      maxBytes = accepted;
      const limit: BodyLimit = {
        receiver: receiverOf(destination),
        maxBytes,
        learnedAt: context.now(),
      };
      await context.store.jobs.setBodyLimit({ projectId: job.projectId, jobId: job.id }, limit);
    },
  };
}

/** A digest, because the address may have secrets. */
const receiverOf = ({ url }: WebhookDestination): string => createHash('sha256').update(url).digest('hex');
