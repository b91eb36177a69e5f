import { z } from 'zod';
import { columnSchema } from './column.js';
import { jsonValueSchema } from './primitives.js';

/** Content of a session token: the user, page and template of a widget. Only the server creates and reads it. */
export const sessionSchema = z.strictObject({
  projectId: z.string(),
  templateId: z.string(),
  /** Origin of the page that shows the widget. */
  origin: z.string(),
  externalUserId: z.string().nullable(),
  /** Whether a signed user token identifies the user. */
  isSigned: z.boolean(),
  /** Stored in jobs that the session creates, and sent with each of their deliveries. */
  extra: jsonValueSchema,
  /** Columns of the user token, which replace those of the template; null without them. */
  columns: z.array(columnSchema).nullable(),
  /** Milliseconds since 1970. */
  expiresAt: z.number(),
  /** Only of the page of a review link: the one upload that the session is for. */
  review: z.strictObject({ uploadId: z.string(), linkId: z.string() }).optional(),
});
export type Session = z.infer<typeof sessionSchema>;
