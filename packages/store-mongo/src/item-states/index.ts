import type { ItemStateStore } from '@inlet/workflow';
import type { Context } from '../context.js';
import { load } from './load.js';
import { removeOthers } from './remove-others.js';
import { save } from './save.js';

export const createItemStateStore = (context: Context): ItemStateStore => ({
  save: save(context),
  load: load(context),
  removeOthers: removeOthers(context),
});
