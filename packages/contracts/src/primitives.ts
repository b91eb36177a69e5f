import { z } from 'zod';
import { parseUrl } from './web-address.js';

/** An id made by Inlet: prefix, underscore, 26 characters in Crockford base 32 (48 bits of time, 80 random bits). */
export const idSchema = (prefix: string) =>
  z
    .string()
    .regex(new RegExp(`^${prefix}_[0-9a-hjkmnp-tv-z]{26}$`), `must be an id that begins with ${prefix}_`);

/** A point in time in ISO 8601, UTC, with milliseconds, as `Date.toISOString` writes it. */
export const instantSchema = z.iso.datetime();

/** A point in time as callers may send it: ISO 8601 with Z or an offset. */
export const momentSchema = z.iso.datetime({ offset: true });

/** Half of a character, which no database can store: two ids that differ only in it would become one. */
const LONE_SURROGATE = /\p{Surrogate}/u;

/** The host's id of its user. */
export const externalUserIdSchema = z
  .string()
  .trim()
  .min(1)
  .max(256)
  .refine((id) => !LONE_SURROGATE.test(id), { message: 'must be valid Unicode text' });

export const httpUrlSchema = z
  .string()
  .trim()
  .max(2048)
  .refine((text) => /^https?:$/.test(parseUrl(text)?.protocol ?? ''), {
    message: 'must be an address that begins with http:// or https://',
  });

/** Headers that callers cannot set, because they belong to the connection or are set by Inlet. */
const RESERVED_HEADERS = new Set([
  'host',
  'connection',
  'content-length',
  'transfer-encoding',
  'upgrade',
  'te',
  'trailer',
  'expect',
  'keep-alive',
  'proxy-authorization',
  'proxy-connection',
  'accept-encoding',
  'range',
  'webhook-id',
  'webhook-timestamp',
  'webhook-signature',
  'inlet-replay',
  'content-type',
]);

/** Names with a meaning of their own in JavaScript objects, or as keys of axios' header groups. */
const UNUSABLE_HEADERS = new Set([
  '__proto__',
  'constructor',
  'prototype',
  'common',
  'get',
  'head',
  'post',
  'put',
  'patch',
  'delete',
]);

/** Name of an HTTP header (RFC 9110). */
export const headerNameSchema = z
  .string()
  .regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,128}$/, 'must be the name of an HTTP header')
  .refine((name) => !RESERVED_HEADERS.has(name.toLowerCase()), {
    error: ({ input }) => `"${input}" is set by Inlet itself`,
  })
  .refine((name) => !UNUSABLE_HEADERS.has(name.toLowerCase()), {
    error: ({ input }) => `"${input}" cannot be sent as a header`,
  });

export const headerValueSchema = z
  .string()
  .max(4096)
  .regex(/^[\t\x20-\x7e\x80-\xff]*$/, 'must be text without line breaks');

/** Any JSON value. Each field that uses it limits its size. */
export const jsonValueSchema = z.json();
export type JsonValue = z.infer<typeof jsonValueSchema>;

/** More than any request needs, and less than the checks of a JSON value, which are recursive, can take. */
export const MOST_JSON_LEVELS = 64;

/** Whether a JSON value has more levels than any check of it can take. Looks no deeper than that. */
export const isTooDeep = (value: unknown, left = MOST_JSON_LEVELS): boolean =>
  typeof value === 'object' &&
  value !== null &&
  (left < 0 || Object.values(value).some((member) => isTooDeep(member, left - 1)));

/** One page of a list; `nextCursor` is null on the last page. */
export const pageSchema = <Item extends z.ZodType>(item: Item) =>
  z.strictObject({ items: z.array(item).readonly(), nextCursor: z.string().nullable() });

export const pageQuerySchema = z.strictObject({
  cursor: z.string().max(512).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});
export type PageQuery = z.infer<typeof pageQuerySchema>;

export interface Page<Item> {
  readonly items: readonly Item[];
  readonly nextCursor: string | null;
}
