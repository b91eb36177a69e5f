import type { Connection } from 'mongoose';
import { type BodyRecord, bodySchema } from './deliveries/body-schema.js';
import { type DeliveryRecord, deliverySchema } from './deliveries/delivery-schema.js';
import { type IdempotencyRecord, idempotencySchema } from './idempotency/idempotency-schema.js';
import { type IssuePageRecord, issuePageSchema } from './issues/issue-page-schema.js';
import { type ItemStatePartRecord, itemStatePartSchema } from './item-states/item-state-part-schema.js';
import { type ItemStateRecord, itemStateSchema } from './item-states/item-state-schema.js';
import { type JobRecord, jobSchema } from './jobs/job-schema.js';
import { type ProjectRecord, projectSchema } from './projects/project-schema.js';
import { type RunRecord, runSchema } from './runs/run-schema.js';
import { type TemplateRecord, templateSchema } from './templates/template-schema.js';

/** Models live on the connection that was given, so that two stores in one process do not share any. */
export const createModels = (connection: Connection) => ({
  projects: connection.model<ProjectRecord>('InletProject', projectSchema),
  templates: connection.model<TemplateRecord>('InletTemplate', templateSchema),
  jobs: connection.model<JobRecord>('InletJob', jobSchema),
  runs: connection.model<RunRecord>('InletRun', runSchema),
  issuePages: connection.model<IssuePageRecord>('InletIssuePage', issuePageSchema),
  deliveries: connection.model<DeliveryRecord>('InletDelivery', deliverySchema),
  bodies: connection.model<BodyRecord>('InletDeliveryBody', bodySchema),
  itemStates: connection.model<ItemStateRecord>('InletItemState', itemStateSchema),
  itemStateParts: connection.model<ItemStatePartRecord>('InletItemStatePart', itemStatePartSchema),
  idempotency: connection.model<IdempotencyRecord>('InletIdempotencyKey', idempotencySchema),
});

export type Models = ReturnType<typeof createModels>;
