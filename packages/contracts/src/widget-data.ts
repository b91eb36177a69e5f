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

/** By column key: a path, or a mapping rule. */
const mappingByColumnSchema = z
  .record(columnKeySchema, z.union([pathSchema, mappingRuleSchema]))
  .refine((mapping) => Object.keys(mapping).length <= MOST_COLUMNS, {
    message: `must be ${MOST_COLUMNS} columns at most`,
  });

/** Values with which the host fills in a new import. The user sees all of them in the wizard and can change them. */
export const widgetDataSchema = z
  .strictObject({
    url: httpUrlSchema.optional(),
    /** Name of the import. */
    name: z.string().trim().min(1).max(200).optional(),
    /** Without a time zone, the user's time zone applies. */
    schedule: scheduleSchema.optional(),
    mapping: z.union([mappingByColumnSchema, mappingSchema]).optional(),
    /** Of imports of files: one text for all rows, by column key. The user does not see these columns. */
    values: z.record(columnKeySchema, z.string().max(10_000)).optional(),
  })
  .refine((data) => JSON.stringify(data).length <= MOST_CHARACTERS, {
    message: 'must be 64 KB of JSON at most',
  });
type GivenRow = Readonly<Record<string, string | null>>;

/** Input type: fields with a default may be left out. */
export type WidgetData = z.input<typeof widgetDataSchema> & {
  /**
   * Of imports of files: up to 10,000 rows, each with its texts by column key. The widget opens with their review, and
   * sends them as the rows of an upload instead of with the other members.
   */
  readonly rows?: readonly GivenRow[] | undefined;
};

export const widgetDataRequestSchema = z.strictObject({ data: widgetDataSchema });
export type WidgetDataRequest = z.infer<typeof widgetDataRequestSchema>;

/** The data after a check against the session's template. Values that the host did not set are null or empty. */
export const widgetGivenSchema = z.strictObject({
  url: z.string().nullable(),
  name: z.string().nullable(),
  schedule: scheduleSchema.nullable(),
  mapping: z.array(mappedColumnSchema),
  values: z.record(z.string(), z.string()),
});
export type WidgetGiven = z.infer<typeof widgetGivenSchema>;

/** Returns the mapping in `data` in the form that a job has. */
export function mappingOfData({ mapping = {} }: WidgetDataRequest['data']): MappedColumn[] {
  if (Array.isArray(mapping)) return mapping;
  return Object.entries(mapping).map(([column, rule]) =>
    typeof rule === 'string' ? { column, path: rule } : { column, ...rule },
  );
}
