import type { ItemStateStore } from '@inlet/workflow';
import type { Context } from '../context.js';
import { load } from './load.js';
import { remove } from './remove.js';
import { removeOfJob } from './remove-of-job.js';
import { save } from './save.js';

export const createItemStateStore = (context: Context): ItemStateStore => ({
  save: save(context),
  load: load(context),
  remove: remove(context),
  removeOfJob: removeOfJob(context),
});
