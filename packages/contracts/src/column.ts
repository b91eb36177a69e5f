import { z } from 'zod';

export const COLUMN_TYPES = [
  'text',
  'integer',
  'number',
  'date',
  'date_time',
  'boolean',
  'email',
  'url',
  'phone',
  'select',
  'multi_select',
  'regex',
  'image_url',
  'any',
] as const;
export type ColumnType = (typeof COLUMN_TYPES)[number];

export const severitySchema = z.enum(['error', 'warning']);
export type Severity = z.infer<typeof severitySchema>;

/** What every constraint may say about itself: how bad a breach is, and in which words it is told. */
const rule = { severity: severitySchema.optional(), message: z.string().min(1).max(300).optional() };

export const COLUMN_KEY = /^[A-Za-z_][A-Za-z0-9_.-]{0,63}$/;
const FORBIDDEN_KEYS = new Set(['__proto__', 'constructor', 'prototype']);

export const columnKeySchema = z
  .string()
  .regex(COLUMN_KEY, 'must begin with a letter or _, then letters, digits, _ . or -, 64 at most')
  .refine((key) => !FORBIDDEN_KEYS.has(key), { message: 'is a reserved word' });

/** RE2 syntax (no look-around, no back-references), so that no text can make it run for long. */
export const patternSchema = z.string().min(1).max(500);

export const selectOptionSchema = z.strictObject({
  value: z.string().min(1).max(200),
  label: z.string().max(200).optional(),
  /** Other spellings in source data that mean this option. */
  alternatives: z.array(z.string().min(1).max(200)).max(100).optional(),
});

export const columnSchema = z.strictObject({
  key: columnKeySchema,
  name: z.string().trim().min(1).max(120),
  type: z.enum(COLUMN_TYPES).default('text'),
  description: z.string().max(1000).optional(),
  /** Headings under which this column appears in sources. */
  alternativeNames: z.array(z.string().trim().min(1).max(120)).max(100).default([]),
  /** Used, as if it stood in the source, where a record has no value. */
  default: z.string().max(10_000).optional(),
  /** Severity of a value that is not of the column's type, and the words for it. */
  ...rule,

  required: z.union([z.boolean(), z.strictObject(rule)]).optional(),
  unique: z.union([z.boolean(), z.strictObject(rule)]).optional(),
  /** Length of text in Unicode characters (code points). */
  length: z
    .strictObject({ min: z.int().min(0).optional(), max: z.int().min(0).optional(), ...rule })
    .optional(),
  /** Inclusive. Numbers for numeric columns, ISO 8601 dates or date-times for date columns. */
  range: z
    .strictObject({
      min: z.union([z.number(), z.string()]).optional(),
      max: z.union([z.number(), z.string()]).optional(),
      ...rule,
    })
    .optional(),
  /** Most digits before and after the decimal point. */
  digits: z
    .strictObject({
      integer: z.int().min(1).max(100).optional(),
      fraction: z.int().min(0).max(100).optional(),
      ...rule,
    })
    .optional(),
  /** The whole value must match. For columns of type `regex` this is the type itself. */
  pattern: z.strictObject({ regex: patternSchema, ignoreCase: z.boolean().optional(), ...rule }).optional(),
  forbidden: z
    .strictObject({
      values: z.array(z.string().max(500)).min(1).max(1000),
      ignoreCase: z.boolean().optional(),
      ...rule,
    })
    .optional(),

  /** For `select` and `multi_select`. */
  options: z.array(selectOptionSchema).min(1).max(2000).optional(),
  /** For `multi_select`: what separates the values in the source text; default `,`. */
  delimiter: z.string().min(1).max(5).optional(),
  /** For `date` and `date_time`: accepted formats, first match wins, e.g. `dd.MM.yyyy`; ISO 8601 and RFC 822 always are. */
  formats: z.array(z.string().min(1).max(60)).max(20).optional(),
  /** For `date_time`: the IANA zone of values that name none; default UTC. */
  timeZone: z.string().max(60).optional(),
  /** For `phone`: the ISO 3166 country of numbers without a country code. */
  country: z
    .string()
    .regex(/^[A-Z]{2}$/)
    .optional(),
  /** For `number` and `integer`: the decimal sign of the source; default: found out per value, refused where it is ambiguous. */
  decimal: z.enum(['.', ',']).optional(),
});
export type Column = z.infer<typeof columnSchema>;
