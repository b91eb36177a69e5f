import { z } from 'zod';

/** Pages that are read if no other number is chosen. */
const DEFAULT_MAX_PAGES = 20;

const maxPages = z.int().min(1).max(1000).default(DEFAULT_MAX_PAGES);

/** Keys joined by `/`, from the root of the document: `/paging/next`. */
const jsonPath = z.string().max(500).regex(/^\/./, 'must be a path that begins with /');

/** A query parameter; one that begins with `/` is a member of the JSON body: `/variables/after`. */
const parameter = z.string().min(1).max(200);

/** How the pages after the first one are found. Their records count as one source. */
export const paginationSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('none') }),
  /** The source names its next page: `Link` header, `<link rel="next">` of a feed, `next_url` of a JSON Feed. */
  z.strictObject({ kind: z.literal('declared'), maxPages }),
  /** The address of the next page is a value of a JSON page. */
  z.strictObject({ kind: z.literal('path'), path: jsonPath, maxPages }),
  /** A number that grows by one with each page. `first` is that of the source's own address if it has none. */
  z.strictObject({ kind: z.literal('page'), parameter, first: z.int().min(0).default(1), maxPages }),
  /** The number of records on the pages before. */
  z.strictObject({ kind: z.literal('offset'), parameter, first: z.int().min(0).default(0), maxPages }),
  /** A value of a JSON page, sent as a parameter to get the next one. */
  z.strictObject({ kind: z.literal('cursor'), path: jsonPath, parameter, maxPages }),
]);
export type Pagination = z.infer<typeof paginationSchema>;

/** A value of a JSON page by which APIs usually lead to the next page, at a path that was not configured. */
export interface NextPageField {
  readonly path: string;
  readonly text: string;
}
