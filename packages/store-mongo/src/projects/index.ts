import type { ProjectStore } from '@inlet/workflow';
import type { Context } from '../context.js';
import { findByKeyHash } from './find-by-key-hash.js';
import { get } from './get.js';
import { insert } from './insert.js';
import { list } from './list.js';
import { replaceSecretKey } from './replace-secret-key.js';
import { updateSettings } from './update-settings.js';

export const createProjectStore = (context: Context): ProjectStore => ({
  insert: insert(context),
  get: get(context),
  findByKeyHash: findByKeyHash(context),
  replaceSecretKey: replaceSecretKey(context),
  updateSettings: updateSettings(context),
  list: list(context),
});
