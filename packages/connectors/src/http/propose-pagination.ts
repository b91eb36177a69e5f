import type { JsonValue, NextPageField, Pagination, UrlSource } from '@inlet/contracts';

const PAGE_PARAMETERS = /^(page|p|pg|paged|page_?number|page_?no|page_?index)$/i;
const OFFSET_PARAMETERS = /^(\$?skip|offset|start|start_?index|from)$/i;
const ADDRESS = /^(https?:\/\/|\/|\?)/i;
const NUMBER = /^\d+$/;
const MAX_PAGES = 20;

/**
 * Returns the pagination that follows a field: its address, or its value as a parameter. A field that only says that
 * there are more pages is followed by the number in the address of the source. null if neither is possible.
 */
export function proposePagination(source: UrlSource, { path, text }: NextPageField): Pagination | null {
  const name = path.slice(path.lastIndexOf('/') + 1);
  if (/^rel(ation)?$/.test(name)) return null;
  if (text === 'true') return proposeNumbers(source);
  if (ADDRESS.test(text)) return { kind: 'path', path, maxPages: MAX_PAGES };
  return { kind: 'cursor', path, parameter: cursorParameter(source, { name, text }), maxPages: MAX_PAGES };
}

function proposeNumbers(source: UrlSource): Pagination | null {
  const page = parameterLike(source, PAGE_PARAMETERS);
  if (page !== undefined) return { kind: 'page', parameter: page, first: 1, maxPages: MAX_PAGES };
  const offset = parameterLike(source, OFFSET_PARAMETERS);
  if (offset !== undefined) return { kind: 'offset', parameter: offset, first: 0, maxPages: MAX_PAGES };
  return null;
}

/** The name of a parameter of the address. */
const parameterLike = ({ url }: UrlSource, pattern: RegExp): string | undefined =>
  [...new URL(url).searchParams.keys()].find((name) => pattern.test(name));

interface CursorField {
  readonly name: string;
  readonly text: string;
}

/** Most APIs call the parameter like the field: `next_cursor` is sent as `cursor`, `nextPageToken` as `pageToken`. */
function cursorParameter(source: UrlSource, { name, text }: CursorField): string {
  const { request } = source;
  if (request?.method === 'POST') {
    const variable = graphqlVariable(request.body);
    if (variable !== null) return `/variables/${variable}`;
  }
  const inBody = request?.method === 'POST' ? '/' : '';
  const rest = name.replace(/^next_?|^end_?(?=cursor)/i, '');
  const parameter = rest.charAt(0).toLowerCase() + rest.slice(1);
  if (NUMBER.test(text) && !OFFSET_PARAMETERS.test(parameter))
    return inBody + (parameterLike(source, PAGE_PARAMETERS) ?? 'page');
  return inBody + (parameter === '' ? 'cursor' : parameter);
}

const CURSOR_VARIABLES = /^(after|cursor|endCursor)$/;

/** The variable of a GraphQL query that takes the cursor, usually `after`; null for any other body. */
function graphqlVariable(body: JsonValue): string | null {
  if (typeof body !== 'object' || body === null || Array.isArray(body) || !('query' in body)) return null;
  const variables = body.variables ?? {};
  return Object.keys(variables).find((key) => CURSOR_VARIABLES.test(key)) ?? 'after';
}
