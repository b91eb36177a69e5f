import type { JobStore } from '@inlet/workflow';
import type { Context } from '../context.js';
import { change } from './change.js';
import { claim } from './claim.js';
import { counts } from './counts.js';
import { finish } from './finish.js';
import { get } from './get.js';
import { insert } from './insert.js';
import { listOfTemplate } from './list-of-template.js';
import { listOfUser } from './list-of-user.js';
import { listOverdue } from './list-overdue.js';
import { passTick } from './pass-tick.js';
import { remove } from './remove.js';
import { reset } from './reset.js';

export const createJobStore = (context: Context): JobStore => ({
  insert: insert(context),
  get: get(context),
  listOfUser: listOfUser(context),
  listOfTemplate: listOfTemplate(context),
  change: change(context),
  remove: remove(context),
  claim: claim(context),
  passTick: passTick(context),
  reset: reset(context),
  finish: finish(context),
  counts: counts(context),
  listOverdue: listOverdue(context),
});
