import { Schema } from 'mongoose';
import { SCHEMA_OPTIONS } from '../schema-options.js';

/** Keys are kept as SHA-256 hashes; the secrets that Inlet itself signs or checks with are sealed. */
export interface ProjectRecord {
  _id: string;
  name: string;
  createdAt: Date;
  allowedOrigins: string[];
  isDevelopment: boolean;
  secretKeyHash: string;
  publishableKeyHash: string;
  userTokenSecret: string;
  webhookSecrets: string[];
}

const required = true;

export const projectSchema: Schema<ProjectRecord> = new Schema<ProjectRecord>(
  {
    _id: { type: String, required },
    name: { type: String, required },
    createdAt: { type: Date, required },
    allowedOrigins: { type: [String], required },
    isDevelopment: { type: Boolean, required },
    secretKeyHash: { type: String, required },
    publishableKeyHash: { type: String, required },
    userTokenSecret: { type: String, required },
    webhookSecrets: { type: [String], required },
  },
  { ...SCHEMA_OPTIONS, collection: 'projects' },
);

// findByKeyHash: one look-up each; unique, since two projects must never share a key
projectSchema.index({ secretKeyHash: 1 }, { unique: true });
projectSchema.index({ publishableKeyHash: 1 }, { unique: true });
