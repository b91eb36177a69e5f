import { z } from 'zod';
import { headerNameSchema, headerValueSchema, httpUrlSchema, jsonValueSchema } from '../primitives.js';
import { completeAddress } from '../web-address.js';
import { basicAuthSchema, sourceAuthSchema, sourceAuthViewSchema } from './url-auth-schema.js';
import { paginationSchema } from './url-pagination-schema.js';

const MAX_BODY_CHARS = 65_536;

const bodySchema = jsonValueSchema.refine((value) => JSON.stringify(value).length <= MAX_BODY_CHARS, {
  message: 'must be 64 KB of JSON at most',
});

/** `POST` sends a JSON body, such as a GraphQL query. The body is a secret, because it may hold one. */
const sourceRequestSchema = z.discriminatedUnion('method', [
  z.strictObject({ method: z.literal('GET') }),
  z.strictObject({ method: z.literal('POST'), body: bodySchema }),
]);

/**
 * A file at a web address. Headers, credentials and the body of the request are secrets: stored encrypted, never
 * returned.
 */
export const urlSourceSchema = z.strictObject({
  kind: z.literal('url'),
  /** `feed://host/path` and `host/path` are completed to `https://host/path`. */
  url: z.string().overwrite(completeAddress).pipe(httpUrlSchema),
  headers: z
    .record(headerNameSchema, headerValueSchema)
    .refine((headers) => Object.keys(headers).length <= 20, { message: 'must be 20 headers at most' })
    .optional(),
  auth: sourceAuthSchema.optional(),
  /** Another form of `auth` with the kind `basic`, which has precedence. */
  basicAuth: basicAuthSchema.optional(),
  request: sourceRequestSchema.optional(),
  /** Default of a new source: `declared`. A change that leaves it out keeps it while the server stays the same. */
  pagination: paginationSchema.optional(),
});
export type UrlSource = z.infer<typeof urlSourceSchema>;

/** The source as the API returns it, with the names of its headers and its user name instead of the secrets. */
export const urlSourceViewSchema = z.strictObject({
  kind: z.literal('url'),
  url: z.string(),
  headerNames: z.array(z.string()),
  /** User name of basic authentication. */
  username: z.string().nullable(),
  auth: sourceAuthViewSchema.nullable(),
  request: z.strictObject({ method: z.enum(['GET', 'POST']) }),
  pagination: paginationSchema,
});
export type UrlSourceView = z.infer<typeof urlSourceViewSchema>;
