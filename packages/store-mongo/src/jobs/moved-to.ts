import type { JobRecord } from './job-schema.js';

/** A schedule without a next time has come to its end. */
export const movedTo = (nextRunAt: Date | null): Pick<JobRecord, 'nextRunAt'> & Partial<JobRecord> =>
  nextRunAt === null ? { nextRunAt, status: 'ended' } : { nextRunAt };
