import { z } from 'zod';

/**
 * The kinds of work. `lockFactor` times its concurrency is the number of entries of a kind that a worker locks at the
 * same time: more than it runs, so that it can share its slots fairly among projects and sites. `isKept` entries stay
 * in the queue after their work is done.
 */
export const CATALOGUE = {
  /** One entry for each import job, for as long as the job exists; its time is the job's next run. */
  'import.run': {
    payload: z.object({ projectId: z.string(), jobId: z.string(), externalUserId: z.string() }),
    lockFactor: 4,
    isKept: true,
  },
  /** A run that no tick started or that continues: requested, waiting for a receiver, or taken over. */
  'run.continue': {
    payload: z.object({ projectId: z.string(), runId: z.string() }),
    lockFactor: 4,
    isKept: false,
  },
  /** A delivery that its run does not send: a closing event or a replay. */
  'delivery.send': {
    payload: z.object({ projectId: z.string(), deliveryId: z.string() }),
    lockFactor: 2,
    isKept: false,
  },
  maintenance: { payload: z.object({}), lockFactor: 0, isKept: true },
} as const;

export type WorkName = keyof typeof CATALOGUE;
export const WORK_NAMES = Object.keys(CATALOGUE) as readonly WorkName[];
export const isWorkName = (name: string): name is WorkName => Object.hasOwn(CATALOGUE, name);
