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

/** Options of every constraint: the severity of a violation, and a message that replaces the default one. */
const rule = { severity: severitySchema.optional(), message: z.string().min(1).max(300).optional() };

export const COLUMN_KEY = /^[A-Za-z_][A-Za-z0-9_.-]{0,63}$/;
const FORBIDDEN_KEYS = new Set(['__proto__', 'constructor', 'prototype']);

export const columnKeySchema = z
  .string()
  .regex(COLUMN_KEY, 'must begin with a letter or _, then letters, digits, _ . or -, 64 at most')
  .refine((key) => !FORBIDDEN_KEYS.has(key), { message: 'is a reserved word' });

/** A regular expression in RE2 syntax: without look-around and back-references, so that it runs in linear time. */
export const patternSchema = z.string().min(1).max(500);

export const selectOptionSchema = z.strictObject({
  value: z.string().min(1).max(200),
  label: z.string().max(200).optional(),
  /** Other spellings of this option in source data. */
  alternatives: z.array(z.string().min(1).max(200)).max(100).optional(),
});

export const columnSchema = z.strictObject({
  key: columnKeySchema,
  name: z.string().trim().min(1).max(120),
  type: z.enum(COLUMN_TYPES).default('text'),
  description: z.string().max(1000).optional(),
  /** Other headings that this column has in sources. They improve suggestions. */
  alternativeNames: z.array(z.string().trim().min(1).max(120)).max(100).default([]),
  /** Text to use for records without a value. It is checked like text of the source. */
  default: z.string().max(10_000).optional(),
  /** `severity` and `message` apply to values that do not have the column's type. */
  ...rule,

  required: z.union([z.boolean(), z.strictObject(rule)]).optional(),
  /**
   * A value that cannot be read as the column's type: `empty` (the default) leaves the cell empty with a warning,
   * `reject` makes the row invalid. A required column, and one with `severity: 'error'`, always rejects.
   */
  onInvalid: z.enum(['empty', 'reject']).optional(),
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
  /** Largest number of digits before and after the decimal point. */
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
  /** For `select` and `multi_select`: people may add values of their file as new options, see `newOptions` of a mapping. */
  allowNewOptions: z.boolean().optional(),
  /** For `multi_select`: separator of the values in the source text; default `,`. */
  delimiter: z.string().min(1).max(5).optional(),
  /** For `date` and `date_time`: formats such as `dd.MM.yyyy`; the first match wins. ISO 8601 and RFC 822 are always accepted. */
  formats: z.array(z.string().min(1).max(60)).max(20).optional(),
  /** For `date_time`: IANA time zone of values without a zone; default UTC. */
  timeZone: z.string().max(60).optional(),
  /** For `phone`: ISO 3166 code of the country of numbers without a country code. */
  country: z
    .string()
    .regex(/^[A-Z]{2}$/)
    .optional(),
  /** For `number` and `integer`: decimal sign of the source. Default: detected for each value; an ambiguous value is an issue. */
  decimal: z.enum(['.', ',']).optional(),
});
export type Column = z.infer<typeof columnSchema>;
