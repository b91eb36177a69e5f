import type { TemplateStore } from '@inlet/workflow';
import type { Context } from '../context.js';
import { get } from './get.js';
import { getByCode } from './get-by-code.js';
import { insert } from './insert.js';
import { list } from './list.js';
import { remove } from './remove.js';
import { replace } from './replace.js';

export const createTemplateStore = (context: Context): TemplateStore => ({
  insert: insert(context),
  get: get(context),
  getByCode: getByCode(context),
  list: list(context),
  replace: replace(context),
  remove: remove(context),
});
