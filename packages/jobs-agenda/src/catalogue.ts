import { z } from 'zod';

/**
 * The kinds of work. `key` makes an entry unique within its kind. How many of a kind a worker holds at once is
 * a multiple of its concurrency, so that the use cases can share their slots fairly among projects and sites.
 */
export const CATALOGUE = {
  /** One for each active import job, for as long as the job lives; its time is the job's next run. */
  'import.run': {
    payload: z.object({ projectId: z.string(), jobId: z.string(), externalUserId: z.string() }),
    holdFactor: 4,
    isKept: true,
  },
  /** A run outside of a tick: asked for by a person, waiting for a receiver, or taken over. */
  'run.continue': {
    payload: z.object({ projectId: z.string(), runId: z.string() }),
    holdFactor: 4,
    isKept: false,
  },
  /** A delivery outside of its run: the closing event, or a replay. */
  'delivery.send': {
    payload: z.object({ projectId: z.string(), deliveryId: z.string() }),
    holdFactor: 2,
    isKept: false,
  },
  maintenance: { payload: z.object({}), holdFactor: 0, isKept: true },
} as const;

export type WorkName = keyof typeof CATALOGUE;
export const WORK_NAMES = Object.keys(CATALOGUE) as readonly WorkName[];
export const isWorkName = (name: string): name is WorkName => Object.hasOwn(CATALOGUE, name);
