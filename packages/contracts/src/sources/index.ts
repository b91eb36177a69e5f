import { z } from 'zod';
import type { SourceKind } from './by-kind.js';
import { urlSourceSchema, urlSourceViewSchema } from './url-schema.js';

export * from './by-kind.js';
export { authOf, paginationOf } from './url.js';
export { basicAuthSchema, type SourceAuth, type SourceAuthView } from './url-auth-schema.js';
export { type NextPageField, type Pagination, paginationSchema } from './url-pagination-schema.js';
export type { UrlSource, UrlSourceView } from './url-schema.js';

export const SOURCE_KINDS = ['url'] as const satisfies readonly SourceKind[];
export const sourceKindSchema = z.enum(SOURCE_KINDS);

/** The source of a job, as a caller sends it. Its secrets are stored encrypted and never returned. */
export const sourceSchema = z.discriminatedUnion('kind', [urlSourceSchema]);

/** A source as the API returns it: it tells which secrets are stored, but not their values. */
export const sourceViewSchema = z.discriminatedUnion('kind', [urlSourceViewSchema]);
