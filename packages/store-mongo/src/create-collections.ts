import type { Connection } from 'mongoose';
import type { DeliveryRecord } from './deliveries/delivery-schema.js';
import type { JobRecord } from './jobs/job-schema.js';
import type { ProjectRecord } from './projects/project-schema.js';
import type { RunRecord } from './runs/run-schema.js';
import type { TemplateRecord } from './templates/template-schema.js';

/**
 * The driver's own collections, for the operations of every run: casting what has its type already would cost more
 * than the rest of an operation. Members that are undefined have to be left out: see `LEAN`.
 */
export const createCollections = (connection: Connection) => ({
  projects: connection.collection<ProjectRecord>('projects'),
  templates: connection.collection<TemplateRecord>('templates'),
  jobs: connection.collection<JobRecord>('import_jobs'),
  runs: connection.collection<RunRecord>('runs'),
  deliveries: connection.collection<DeliveryRecord>('deliveries'),
});

export type Collections = ReturnType<typeof createCollections>;

/** The driver would store members that are undefined as null. */
export const LEAN = { ignoreUndefined: true } as const;
