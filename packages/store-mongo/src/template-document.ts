import type { Destination, Template, TemplateInput } from '@inlet/contracts';
import { Schema } from 'mongoose';
import type { Cipher } from './create-aes-cipher.js';
import { PART_OPTIONS, SCHEMA_OPTIONS } from './schema-parts.js';
import { openUrl, type StoredUrl, sealUrl } from './sealing.js';

export interface StoredDestination extends Omit<Destination, 'url' | 'authHeader'>, StoredUrl {
  authHeader?: { name: string; sealedValue: string };
}

export interface TemplateDocument extends Omit<Template, 'id' | 'destination'> {
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

export const templateSchema: Schema<TemplateDocument> = new Schema<TemplateDocument>(
  {
    _id: { type: String, required },
    projectId: { type: String, required },
    code: { type: String, required },
    name: { type: String, required },
    mode: { type: String, required },
    // Unions of many shapes, which the schemas of contracts check.
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

// insert, replace: a code exists once in a project
templateSchema.index({ projectId: 1, code: 1 }, { unique: true });
// list: newest first
templateSchema.index({ projectId: 1, _id: -1 });

interface Sealing {
  readonly templateId: string;
  readonly cipher: Cipher;
}

const urlContext = (templateId: string): string => `template:${templateId}:destination.url`;
const headerContext = (templateId: string): string => `template:${templateId}:destination.authHeader`;

const sealDestination = (destination: Destination, { templateId, cipher }: Sealing): StoredDestination => {
  const { url, authHeader, ...rest } = destination;
  const stored = { ...rest, ...sealUrl(url, { cipher, context: urlContext(templateId) }) };
  if (authHeader === undefined) return stored;
  const sealedValue = cipher.encrypt(authHeader.value, headerContext(templateId));
  return { ...stored, authHeader: { name: authHeader.name, sealedValue } };
};

const openDestination = (stored: StoredDestination, { templateId, cipher }: Sealing): Destination => {
  const { url, sealedUrl, authHeader, ...rest } = stored;
  const sealed = sealedUrl === undefined ? { url } : { url, sealedUrl };
  const destination = { ...rest, url: openUrl(sealed, { cipher, context: urlContext(templateId) }) };
  if (authHeader === undefined) return destination;
  const value = cipher.decrypt(authHeader.sealedValue, headerContext(templateId));
  return { ...destination, authHeader: { name: authHeader.name, value } };
};

/** The part of a template that a person can change, field by field, so that nothing else is stored. */
export const toTemplateFields = (
  input: TemplateInput,
  sealing: Sealing,
): Omit<TemplateDocument, '_id' | 'projectId' | 'createdAt' | 'updatedAt'> => ({
  code: input.code,
  name: input.name,
  mode: input.mode,
  columns: input.columns,
  identity: input.identity,
  uniqueTogether: input.uniqueTogether,
  destination: input.destination && sealDestination(input.destination, sealing),
  allowedSources: input.allowedSources,
  minIntervalMinutes: input.minIntervalMinutes,
  limits: input.limits,
});

export const toTemplateDocument = (template: Template, cipher: Cipher): TemplateDocument => ({
  _id: template.id,
  projectId: template.projectId,
  ...toTemplateFields(template, { templateId: template.id, cipher }),
  createdAt: template.createdAt,
  updatedAt: template.updatedAt,
});

export const toTemplate = ({ _id, destination, ...rest }: TemplateDocument, cipher: Cipher): Template => ({
  id: _id,
  ...rest,
  destination: destination && openDestination(destination, { templateId: _id, cipher }),
});
