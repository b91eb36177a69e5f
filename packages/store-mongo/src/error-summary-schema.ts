import type { ErrorSummary } from '@inlet/contracts';
import { Schema } from 'mongoose';
import { PART_OPTIONS } from './schema-options.js';

export const errorSummarySchema = new Schema<ErrorSummary>(
  { code: String, title: String, detail: String, help: String },
  PART_OPTIONS,
);
