import type { IssueStore } from '@inlet/workflow';
import type { Context } from '../context.js';
import { insertPage } from './insert-page.js';
import { list } from './list.js';
import { removeOfJob } from './remove-of-job.js';
import { removeOfRun } from './remove-of-run.js';
import { stream } from './stream.js';

export const createIssueStore = (context: Context): IssueStore => ({
  insertPage: insertPage(context),
  list: list(context),
  stream: stream(context),
  removeOfRun: removeOfRun(context),
  removeOfJob: removeOfJob(context),
});
