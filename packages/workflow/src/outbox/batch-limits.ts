import { DEFAULT_BATCH_BYTES, type EventAbout, type Template } from '@inlet/contracts';
import type { BatchLimits } from '../ports/change-reader.js';
import type { Context } from '../ports/context.js';
import type { Job } from '../ports/model.js';
import { knownBodyLimit } from './body-limit.js';
import { frameBytes } from './delivery-body.js';

const DEFAULT_ROWS = 1000;

export interface BatchesOfRun {
  readonly job: Pick<Job, 'bodyLimit'>;
  readonly template: Pick<Template, 'destination'>;
  /** Description of the run, which the body of each batch repeats. */
  readonly about: EventAbout;
}

/**
 * Limits of the batches of a run: those of the destination, or the usual ones if there is none yet, and at most the size
 * that the receiver is known to accept.
 */
export function batchLimits(
  context: Pick<Context, 'now'>,
  { job, template: { destination }, about }: BatchesOfRun,
): BatchLimits {
  const isWebhook = destination?.kind === 'webhook';
  const known = isWebhook ? knownBodyLimit(context, { job, destination }) : null;
  const maxBodyBytes = Math.min(
    isWebhook ? destination.maxBatchBytes : DEFAULT_BATCH_BYTES,
    known ?? Number.POSITIVE_INFINITY,
  );
  const maxBytes = Math.max(1, maxBodyBytes - frameBytes(about));
  return { maxRows: destination?.rowsPerBatch ?? DEFAULT_ROWS, maxBytes };
}
