import type { RunStore } from '@inlet/workflow';
import type { Context } from '../context.js';
import { addSkippedTick } from './add-skipped-tick.js';
import { advance } from './advance.js';
import { claim } from './claim.js';
import { get } from './get.js';
import { handBack } from './hand-back.js';
import { insert } from './insert.js';
import { listOfJob } from './list-of-job.js';
import { listStranded } from './list-stranded.js';
import { remove } from './remove.js';
import { removeOfJob } from './remove-of-job.js';
import { replaceCounts } from './replace-counts.js';
import { requestCancel } from './request-cancel.js';

export const createRunStore = (context: Context): RunStore => ({
  insert: insert(context),
  get: get(context),
  listOfJob: listOfJob(context),
  claim: claim(context),
  advance: advance(context),
  handBack: handBack(context),
  requestCancel: requestCancel(context),
  replaceCounts: replaceCounts(context),
  addSkippedTick: addSkippedTick(context),
  listStranded: listStranded(context),
  remove: remove(context),
  removeOfJob: removeOfJob(context),
});
