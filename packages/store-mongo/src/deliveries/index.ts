import type { DeliveryStore } from '@inlet/workflow';
import type { Context } from '../context.js';
import { body } from './body.js';
import { discard } from './discard.js';
import { get } from './get.js';
import { insert } from './insert.js';
import { listDue } from './list-due.js';
import { listFailed } from './list-failed.js';
import { listOfRun } from './list-of-run.js';
import { listStranded } from './list-stranded.js';
import { nextAttemptAt } from './next-attempt-at.js';
import { recordAttempt } from './record-attempt.js';
import { release } from './release.js';
import { removeExpired } from './remove-expired.js';
import { removeOfJob } from './remove-of-job.js';
import { removeStaged } from './remove-staged.js';
import { replay } from './replay.js';
import { replayRun } from './replay-run.js';
import { summarize } from './summarize.js';

export const createDeliveryStore = (context: Context): DeliveryStore => ({
  insert: insert(context),
  get: get(context),
  body: body(context),
  listOfRun: listOfRun(context),
  listDue: listDue(context),
  nextAttemptAt: nextAttemptAt(context),
  release: release(context),
  discard: discard(context),
  recordAttempt: recordAttempt(context),
  summarize: summarize(context),
  replayRun: replayRun(context),
  replay: replay(context),
  listFailed: listFailed(context),
  listStranded: listStranded(context),
  removeStaged: removeStaged(context),
  removeExpired: removeExpired(context),
  removeOfJob: removeOfJob(context),
});
