import { z } from 'zod';
import { columnKeySchema, columnSchema, severitySchema } from './column.js';
import { destinationSchema, destinationViewSchema, viewDestination } from './destinations/index.js';
import { errorSummarySchema } from './error-summary.js';
import { idSchema, instantSchema } from './primitives.js';
import { SOURCE_KINDS, sourceKindSchema } from './sources/index.js';

export const limitsSchema = z.strictObject({
  /** Largest size of a source after decompression. */
  maxSourceBytes: z.int().min(1024).max(10_737_418_240).default(2_147_483_648),
  maxRecords: z.int().min(1).max(10_000_000).default(2_000_000),
});
export type Limits = z.infer<typeof limitsSchema>;

export const uniqueTogetherSchema = z.strictObject({
  columns: z.array(columnKeySchema).min(2).max(10),
  severity: severitySchema.optional(),
  message: z.string().min(1).max(300).optional(),
});
export type UniqueTogether = z.infer<typeof uniqueTogetherSchema>;

/**
 * How a blank cell is delivered. `clear`: as null, or as the default of its column. `default`: likewise, and columns
 * without a mapping are left out. `keep`: it is left out and named in `blank`, so that the receiver keeps its value.
 */
export const blankRuleSchema = z.enum(['clear', 'keep', 'default']);
export type BlankRule = z.infer<typeof blankRuleSchema>;

const fields = {
  /** The host's name for the template, unique in the project. */
  code: z
    .string()
    .regex(/^[a-z0-9][a-z0-9_-]{0,63}$/, 'must be lower-case letters, digits, - or _, 64 at most'),
  name: z.string().trim().min(1).max(120),
  mode: z.enum(['manual', 'automatic']).default('automatic'),
  columns: z.array(columnSchema).min(1).max(500),
  /** Columns whose values together identify a row in every run. If empty: the feed's id, else its link, else the content. */
  identity: z.array(columnKeySchema).max(10).default([]),
  uniqueTogether: z.array(uniqueTogetherSchema).max(20).default([]),
  destination: destinationSchema.nullable().default(null),
  allowedSources: z
    .array(sourceKindSchema)
    .min(1)
    .default([...SOURCE_KINDS]),
  /** Schedules that run more often are rejected. */
  minIntervalMinutes: z.int().min(1).max(44_640).default(1),
  /** Whether users may release and discard the held runs of their own imports in the widget. */
  usersDecideHeldRuns: z.boolean().default(false),
  /** Whether the valid rows of an upload may be sent while others have errors, which stay for later. */
  allowPartial: z.boolean().default(false),
  blank: blankRuleSchema.default('clear'),
  /** Whether people may keep further columns of their files: rows have their texts in `custom`. */
  allowCustomColumns: z.boolean().default(false),
  limits: limitsSchema.prefault({}),
};

const base = z.strictObject(fields);

type TemplateShape = Pick<z.infer<typeof base>, 'columns' | 'identity' | 'uniqueTogether'>;

/** Checks rules that involve several fields: when a template is parsed, and again after a patch is merged into it. */
export function templateFaults(template: TemplateShape): { path: (string | number)[]; message: string }[] {
  const faults: { path: (string | number)[]; message: string }[] = [];
  const keys = new Set<string>();
  template.columns.forEach((column, index) => {
    const at = (field: string) => ['columns', index, field];
    if (keys.has(column.key)) faults.push({ path: at('key'), message: `"${column.key}" is used twice` });
    keys.add(column.key);
    const isSelect = column.type === 'select' || column.type === 'multi_select';
    if (isSelect && !column.options)
      faults.push({ path: at('options'), message: `a ${column.type} column needs options` });
    if (column.type === 'regex' && !column.pattern)
      faults.push({ path: at('pattern'), message: 'a regex column needs a pattern' });
    const { length } = column;
    if (length?.min !== undefined && length.max !== undefined && length.min > length.max)
      faults.push({ path: at('length'), message: 'min is greater than max' });
  });
  template.identity.forEach((key, index) => {
    if (!keys.has(key)) faults.push({ path: ['identity', index], message: `there is no column "${key}"` });
  });
  template.uniqueTogether.forEach((group, index) => {
    for (const key of group.columns)
      if (!keys.has(key))
        faults.push({ path: ['uniqueTogether', index], message: `there is no column "${key}"` });
  });
  return faults;
}

export const templateInputSchema = base.superRefine((template, context) => {
  for (const fault of templateFaults(template)) context.addIssue({ code: 'custom', ...fault });
});
export type TemplateInput = z.infer<typeof templateInputSchema>;

/** Fields that are left out keep their value. A given field replaces the old one as a whole. */
export const templatePatchSchema = z.strictObject({
  code: fields.code.optional(),
  name: fields.name.optional(),
  mode: z.enum(['manual', 'automatic']).optional(),
  columns: fields.columns.optional(),
  identity: z.array(columnKeySchema).max(10).optional(),
  uniqueTogether: z.array(uniqueTogetherSchema).max(20).optional(),
  destination: destinationSchema.nullable().optional(),
  allowedSources: z.array(sourceKindSchema).min(1).optional(),
  minIntervalMinutes: z.int().min(1).max(44_640).optional(),
  usersDecideHeldRuns: z.boolean().optional(),
  allowPartial: z.boolean().optional(),
  blank: blankRuleSchema.optional(),
  allowCustomColumns: z.boolean().optional(),
  limits: limitsSchema.optional(),
});
export type TemplatePatch = z.infer<typeof templatePatchSchema>;

export interface Template extends TemplateInput {
  readonly id: string;
  readonly projectId: string;
  /** Incremented by each change. */
  readonly revision: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export const templateViewSchema = base.omit({ destination: true }).extend({
  id: idSchema('tpl'),
  destination: destinationViewSchema.nullable(),
  createdAt: instantSchema,
  updatedAt: instantSchema,
});
export type TemplateView = z.infer<typeof templateViewSchema>;

export function viewTemplate({ projectId: _, revision: __, ...template }: Template): TemplateView {
  return {
    ...template,
    destination: template.destination && viewDestination(template.destination),
    createdAt: template.createdAt.toISOString(),
    updatedAt: template.updatedAt.toISOString(),
  };
}

export const destinationTestRequestSchema = z.strictObject({
  /** `batch`: as many rows as a batch of the destination may have. */
  size: z.enum(['row', 'batch']).default('row'),
});
export type DestinationTestRequest = z.infer<typeof destinationTestRequestSchema>;

export const destinationTestSchema = z.strictObject({
  isDelivered: z.boolean(),
  /** Rows of the batch, and size of its body. */
  rows: z.int(),
  bytes: z.int(),
  status: z.int().nullable(),
  durationMs: z.number(),
  /** The first 500 characters of the response body. */
  answer: z.string(),
  error: errorSummarySchema.nullable(),
});
export type DestinationTest = z.infer<typeof destinationTestSchema>;
