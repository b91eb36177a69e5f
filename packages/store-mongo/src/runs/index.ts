import type { RunStore } from '@inlet/workflow';
import type { Context } from '../context.js';
import { acquireLease } from './acquire-lease.js';
import { addSkippedTick } from './add-skipped-tick.js';
import { endLease } from './end-lease.js';
import { get } from './get.js';
import { insert } from './insert.js';
import { listOfJob } from './list-of-job.js';
import { listStranded } from './list-stranded.js';
import { remove } from './remove.js';
import { removeOfJob } from './remove-of-job.js';
import { replaceCounts } from './replace-counts.js';
import { requestCancel } from './request-cancel.js';
import { update } from './update.js';

export const createRunStore = (context: Context): RunStore => ({
  insert: insert(context),
  get: get(context),
  listOfJob: listOfJob(context),
  acquireLease: acquireLease(context),
  update: update(context),
  endLease: endLease(context),
  requestCancel: requestCancel(context),
  replaceCounts: replaceCounts(context),
  addSkippedTick: addSkippedTick(context),
  listStranded: listStranded(context),
  remove: remove(context),
  removeOfJob: removeOfJob(context),
});
