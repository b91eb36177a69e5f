import type { RunIssue } from '@inlet/contracts';
import { Schema } from 'mongoose';
import { SCHEMA_OPTIONS } from '../schema-options.js';

export interface IssuePageRecord {
  /** Of run, claim and page number, so that a page that is written again takes the place of the first. */
  _id: string;
  projectId: string;
  jobId: string;
  runId: string;
  runAttempt: number;
  number: number;
  issues: readonly RunIssue[];
}

const required = true;

export const issuePageSchema: Schema<IssuePageRecord> = new Schema<IssuePageRecord>(
  {
    _id: { type: String, required },
    projectId: { type: String, required },
    jobId: { type: String, required },
    runId: { type: String, required },
    runAttempt: { type: Number, required },
    number: { type: Number, required },
    // some hundred a page, and all ours: not cast one by one
    issues: { type: Schema.Types.Mixed, required },
  },
  { ...SCHEMA_OPTIONS, collection: 'issue_pages' },
);

// list, stream, removeOfRun: in order
issuePageSchema.index({ projectId: 1, runId: 1, runAttempt: 1, number: 1 });
// removeOfJob
issuePageSchema.index({ projectId: 1, jobId: 1 });
