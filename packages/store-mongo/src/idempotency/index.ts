import type { IdempotencyStore } from '@inlet/workflow';
import type { Context } from '../context.js';
import { abandon } from './abandon.js';
import { begin } from './begin.js';
import { finish } from './finish.js';

export const createIdempotencyStore = (context: Context): IdempotencyStore => ({
  begin: begin(context),
  finish: finish(context),
  abandon: abandon(context),
});
