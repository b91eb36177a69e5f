import { NO_COUNTS, type RunCounts } from '@inlet/contracts';
import { Schema } from 'mongoose';
import { PART_OPTIONS } from './schema-options.js';

const count = { type: Number, default: 0 };

export const runCountsSchema = new Schema<RunCounts>(
  Object.fromEntries(Object.keys(NO_COUNTS).map((name) => [name, count])),
  PART_OPTIONS,
);
