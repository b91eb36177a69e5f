import {
  type Destination,
  destinationSecretFields,
  type Template,
  type TemplateInput,
} from '@inlet/contracts';
import { Schema } from 'mongoose';
import type { Cipher } from './create-aes-cipher.js';
import { PART_OPTIONS, SCHEMA_OPTIONS } from './schema-parts.js';
import { listSealedFields, openFields, type Sealed, type SealedText, sealFields } from './sealing.js';

export interface TemplateDocument extends Omit<Template, 'id' | 'destination'> {
  _id: string;
  destination: Sealed<Destination> | null;
}

const required = true;

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
    destination: { type: Schema.Types.Mixed, default: null },
    allowedSources: { type: [String], required },
    minIntervalMinutes: { type: Number, required },
    usersDecideHeldRuns: { type: Boolean, default: false },
    allowPartial: { type: Boolean, default: false },
    blank: { type: String, required },
    allowCustomColumns: { type: Boolean, required },
    limits: { type: limitsSchema, required },
    revision: { type: Number, required },
    createdAt: { type: Date, required },
    updatedAt: { type: Date, required },
  },
  { ...SCHEMA_OPTIONS, collection: 'templates' },
);

// insert, replace: a code exists once in a project
templateSchema.index({ projectId: 1, code: 1 }, { unique: true });
// list: newest first
templateSchema.index({ projectId: 1, _id: -1 });

interface TemplateSealing {
  readonly templateId: string;
  readonly cipher: Cipher;
}

const ownerOf = (templateId: string): string => `template:${templateId}:destination`;

const sealingOf = ({ templateId, cipher }: TemplateSealing) => ({ cipher, owner: ownerOf(templateId) });

export const listTemplateSecrets = ({
  _id,
  destination,
}: Pick<TemplateDocument, '_id' | 'destination'>): SealedText[] =>
  destination === null ? [] : listSealedFields(destination, { path: 'destination', owner: ownerOf(_id) });

const sealDestination = (destination: Destination, sealing: TemplateSealing): Sealed<Destination> =>
  sealFields(destination, { fields: destinationSecretFields(destination.kind), ...sealingOf(sealing) });

/** The part of a template that a person can change, field by field, so that nothing else is stored. */
export const toTemplateFields = (
  input: TemplateInput,
  sealing: TemplateSealing,
): Omit<TemplateDocument, '_id' | 'projectId' | 'revision' | 'createdAt' | 'updatedAt'> => ({
  code: input.code,
  name: input.name,
  mode: input.mode,
  columns: input.columns,
  identity: input.identity,
  uniqueTogether: input.uniqueTogether,
  destination: input.destination && sealDestination(input.destination, sealing),
  allowedSources: input.allowedSources,
  minIntervalMinutes: input.minIntervalMinutes,
  usersDecideHeldRuns: input.usersDecideHeldRuns,
  allowPartial: input.allowPartial,
  blank: input.blank,
  allowCustomColumns: input.allowCustomColumns,
  limits: input.limits,
});

export const toTemplateDocument = (template: Template, cipher: Cipher): TemplateDocument => ({
  _id: template.id,
  projectId: template.projectId,
  ...toTemplateFields(template, { templateId: template.id, cipher }),
  revision: template.revision,
  createdAt: template.createdAt,
  updatedAt: template.updatedAt,
});

export const toTemplate = (
  { _id, destination, allowPartial = false, ...rest }: TemplateDocument,
  cipher: Cipher,
): Template => ({
  id: _id,
  ...rest,
  allowPartial,
  destination: destination && openFields(destination, sealingOf({ templateId: _id, cipher })),
});
