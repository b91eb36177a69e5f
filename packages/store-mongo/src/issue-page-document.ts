import type { RunIssue } from '@inlet/contracts';
import { Schema } from 'mongoose';
import { SCHEMA_OPTIONS } from './schema-parts.js';

export interface IssuePageDocument {
  /** Made of run, attempt and page number, so that a page that is written again replaces the first. */
  _id: string;
  projectId: string;
  jobId: string;
  runId: string;
  runAttempt: number;
  number: number;
  issues: readonly RunIssue[];
}

const required = true;

export const issuePageSchema: Schema<IssuePageDocument> = new Schema<IssuePageDocument>(
  {
    _id: { type: String, required },
    projectId: { type: String, required },
    jobId: { type: String, required },
    runId: { type: String, required },
    runAttempt: { type: Number, required },
    number: { type: Number, required },
    issues: { type: Schema.Types.Mixed, required },
  },
  { ...SCHEMA_OPTIONS, collection: 'issue_pages' },
);

// list, stream: in order; removeOfRun, removeOfRuns
issuePageSchema.index({ projectId: 1, runId: 1, runAttempt: 1, number: 1 });
// removeOfJob
issuePageSchema.index({ projectId: 1, jobId: 1 });
