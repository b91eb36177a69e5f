import { z } from 'zod';
import { columnKeySchema } from './column.js';
import {
  type MappedColumn,
  mappedColumnSchema,
  mappingRuleSchema,
  mappingSchema,
  pathSchema,
} from './mapping.js';
import { httpUrlSchema } from './primitives.js';
import { scheduleSchema } from './schedule.js';

const MOST_CHARACTERS = 65_536;
const MOST_COLUMNS = 500;

/** By column key: a path, or a rule as a job has it. */
const mappingByColumnSchema = z
  .record(columnKeySchema, z.union([pathSchema, mappingRuleSchema]))
  .refine((mapping) => Object.keys(mapping).length <= MOST_COLUMNS, {
    message: `must be ${MOST_COLUMNS} columns at most`,
  });

/**
 * What the host knows already of a new import. The wizard begins with it filled in; the person sees all of it and
 * may change all of it.
 */
export const widgetDataSchema = z
  .strictObject({
    url: httpUrlSchema.optional(),
    /** Of the import. */
    name: z.string().trim().min(1).max(200).optional(),
    /** Without a time zone, in the person's own. */
    schedule: scheduleSchema.optional(),
    mapping: z.union([mappingByColumnSchema, mappingSchema]).optional(),
  })
  .refine((data) => JSON.stringify(data).length <= MOST_CHARACTERS, {
    message: 'must be 64 KB of JSON at most',
  });
/** As a host writes it. */
export type WidgetData = z.input<typeof widgetDataSchema>;

export const widgetDataRequestSchema = z.strictObject({ data: widgetDataSchema });
export type WidgetDataRequest = z.infer<typeof widgetDataRequestSchema>;

/** The same, checked against the session's template, with all that may be left out filled in. */
export const widgetGivenSchema = z.strictObject({
  url: z.string().nullable(),
  name: z.string().nullable(),
  schedule: scheduleSchema.nullable(),
  mapping: z.array(mappedColumnSchema),
});
export type WidgetGiven = z.infer<typeof widgetGivenSchema>;

/** The rules of `data` as a job's mapping has them. */
export function mappingOfData({ mapping = {} }: WidgetDataRequest['data']): MappedColumn[] {
  if (Array.isArray(mapping)) return mapping;
  return Object.entries(mapping).map(([column, rule]) =>
    typeof rule === 'string' ? { column, path: rule } : { column, ...rule },
  );
}
