import { z } from 'zod';
import { headerNameSchema, headerValueSchema, httpUrlSchema } from './primitives.js';

export const SOURCE_KINDS = ['url'] as const;
export const sourceKindSchema = z.enum(SOURCE_KINDS);
export type SourceKind = z.infer<typeof sourceKindSchema>;

export const basicAuthSchema = z.strictObject({
  username: z.string().max(256),
  password: z.string().max(1024),
});

/** Where an import reads from, as a caller gives it. Headers and password are secrets: stored encrypted, never returned. */
export const sourceSchema = z.strictObject({
  kind: z.literal('url'),
  url: httpUrlSchema,
  headers: z
    .record(headerNameSchema, headerValueSchema)
    .refine((headers) => Object.keys(headers).length <= 20, { message: 'must be 20 headers at most' })
    .optional(),
  basicAuth: basicAuthSchema.optional(),
});
export type Source = z.infer<typeof sourceSchema>;

/** A source as the API shows it: that there are secrets, not what they are. */
export const sourceViewSchema = z.strictObject({
  kind: z.literal('url'),
  url: z.string(),
  headerNames: z.array(z.string()),
  username: z.string().nullable(),
});
export type SourceView = z.infer<typeof sourceViewSchema>;

export function viewSource(source: Source): SourceView {
  return {
    kind: source.kind,
    url: source.url,
    headerNames: Object.keys(source.headers ?? {}).sort(),
    username: source.basicAuth?.username ?? null,
  };
}
