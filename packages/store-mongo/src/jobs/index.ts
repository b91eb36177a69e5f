import type { JobStore } from '@inlet/workflow';
import type { Context } from '../context.js';
import { change } from './change.js';
import { counts } from './counts.js';
import { endActiveRun } from './end-active-run.js';
import { get } from './get.js';
import { insert } from './insert.js';
import { listOfTemplate } from './list-of-template.js';
import { listOfUser } from './list-of-user.js';
import { listOverdue } from './list-overdue.js';
import { moveTick } from './move-tick.js';
import { remove } from './remove.js';
import { reset } from './reset.js';
import { setActiveRun } from './set-active-run.js';

export const createJobStore = (context: Context): JobStore => ({
  insert: insert(context),
  get: get(context),
  listOfUser: listOfUser(context),
  listOfTemplate: listOfTemplate(context),
  change: change(context),
  remove: remove(context),
  setActiveRun: setActiveRun(context),
  moveTick: moveTick(context),
  reset: reset(context),
  endActiveRun: endActiveRun(context),
  counts: counts(context),
  listOverdue: listOverdue(context),
});
