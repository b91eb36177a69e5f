import { z } from 'zod';
import { columnSchema } from './column.js';
import { jsonValueSchema } from './primitives.js';

/** What a session token holds: who opened the widget, where, and for what. Made and read by the server only. */
export const sessionSchema = z.strictObject({
  projectId: z.string(),
  templateId: z.string(),
  /** Origin of the page around the widget. */
  origin: z.string(),
  externalUserId: z.string().nullable(),
  /** Whether a user token proved the user. */
  isSigned: z.boolean(),
  /** Goes into the jobs that are made, and from there into every delivery. */
  extra: jsonValueSchema,
  /** From the user token; they replace the template's. */
  columns: z.array(columnSchema).nullable(),
  /** Milliseconds since 1970. */
  expiresAt: z.number(),
});
export type Session = z.infer<typeof sessionSchema>;
