import { z } from 'zod';
import { headerNameSchema, headerValueSchema, httpUrlSchema } from '../primitives.js';
import { splitCredentials } from '../web-address.js';
import type { SourceRules } from './source-rules.js';

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

export const urlSourceRules: SourceRules<UrlSource, UrlSourceView> = {
  secretFields: [
    { path: 'url', holds: 'address' },
    { path: 'headers', holds: 'secret' },
    { path: 'basicAuth.password', holds: 'secret' },
  ],
  view: ({ kind, url, headers, basicAuth }) => ({
    kind,
    url,
    headerNames: Object.keys(headers ?? {}).sort(),
    username: basicAuth?.username ?? null,
  }),
  siteOf: ({ url }) => new URL(url).host,
  serverOf: ({ url }) => new URL(url).origin,
  identityOf: ({ url }) => url,
  extractCredentials: (source) => {
    const { address, basicAuth } = splitCredentials(source.url);
    return basicAuth ? { ...source, url: address, basicAuth: source.basicAuth ?? basicAuth } : source;
  },
  moveTo: (source, address) => ({ ...source, url: address }),
};
