import { z } from 'zod';
import { headerNameSchema, headerValueSchema, httpUrlSchema } from '../primitives.js';

export const basicAuthSchema = z.strictObject({
  username: z.string().max(256),
  password: z.string().max(1024),
});

/** A file at a web address. Headers and password are secrets: stored encrypted, never returned. */
export const urlSourceSchema = z.strictObject({
  kind: z.literal('url'),
  url: httpUrlSchema,
  headers: z
    .record(headerNameSchema, headerValueSchema)
    .refine((headers) => Object.keys(headers).length <= 20, { message: 'must be 20 headers at most' })
    .optional(),
  basicAuth: basicAuthSchema.optional(),
});
export type UrlSource = z.infer<typeof urlSourceSchema>;

/** The source as the API returns it, with the names of its headers and its user name instead of the secrets. */
export const urlSourceViewSchema = z.strictObject({
  kind: z.literal('url'),
  url: z.string(),
  headerNames: z.array(z.string()),
  username: z.string().nullable(),
});
export type UrlSourceView = z.infer<typeof urlSourceViewSchema>;
