import type { Destination, Template } from '@inlet/contracts';
import { Schema } from 'mongoose';
import { PART_OPTIONS, SCHEMA_OPTIONS } from '../schema-options.js';
import type { StoredUrl } from '../seal-url.js';

export interface StoredDestination extends Omit<Destination, 'url' | 'authHeader'>, StoredUrl {
  authHeader?: { name: string; sealedValue: string };
}

export interface TemplateRecord extends Omit<Template, 'id' | 'destination'> {
  _id: string;
  destination: StoredDestination | null;
}

const required = true;

const destinationSchema = new Schema<StoredDestination>(
  {
    kind: { type: String, required },
    url: { type: String, required },
    sealedUrl: String,
    authHeader: new Schema({ name: String, sealedValue: String }, PART_OPTIONS),
    rowsPerBatch: { type: Number, required },
    maxBatchBytes: { type: Number, required },
    events: { type: [String], required },
  },
  PART_OPTIONS,
);

const limitsSchema = new Schema({ maxSourceBytes: Number, maxRecords: Number }, PART_OPTIONS);

export const templateSchema: Schema<TemplateRecord> = new Schema<TemplateRecord>(
  {
    _id: { type: String, required },
    projectId: { type: String, required },
    code: { type: String, required },
    name: { type: String, required },
    mode: { type: String, required },
    // unions of many shapes, which the contracts' schemas hold
    columns: { type: Schema.Types.Mixed, required },
    identity: { type: [String], required },
    uniqueTogether: { type: Schema.Types.Mixed, required },
    destination: { type: destinationSchema, default: null },
    allowedSources: { type: [String], required },
    minIntervalMinutes: { type: Number, required },
    limits: { type: limitsSchema, required },
    createdAt: { type: Date, required },
    updatedAt: { type: Date, required },
  },
  { ...SCHEMA_OPTIONS, collection: 'templates' },
);

// insert, replace: a code is taken once in a project
templateSchema.index({ projectId: 1, code: 1 }, { unique: true });
// list: the newest first
templateSchema.index({ projectId: 1, _id: -1 });
