import {
  authOf,
  createSourceWarning,
  type JsonValue,
  moveSource,
  type NextPageField,
  type Pagination,
  paginationOf,
  type UrlSource,
} from '@inlet/contracts';
import { parseUrl } from '@inlet/contracts/web-address';
import type { NextPage, PageRead } from '../connector.js';
import { proposePagination } from './propose-pagination.js';

type Numbered = Extract<Pagination, { kind: 'page' | 'offset' }>;

/** JSON values that mean "no next page", as the reader reports them. */
const NOTHING = new Set(['', 'false', 'null']);

/** Returns the source of the page that follows a page, by the pagination of its source. */
export function nextHttpPage(source: UrlSource, read: PageRead): NextPage<UrlSource> {
  const pagination = paginationOf(source);
  switch (pagination.kind) {
    case 'none':
    case 'declared': {
      const link = read.declaredNext ?? read.foundNext;
      if (link !== null) return linkedPage(source, { link, read });
      return read.nextPageField === null ? { kind: 'end' } : leavePages(source, read.nextPageField);
    }
    case 'path': {
      const link = read.foundNext?.trim() ?? '';
      return NOTHING.has(link) ? { kind: 'end' } : linkedPage(source, { link, read });
    }
    case 'cursor': {
      const cursor = read.foundNext ?? '';
      const { parameter: name } = pagination;
      return NOTHING.has(cursor)
        ? { kind: 'end' }
        : { kind: 'page', source: withParameter(source, { name, value: cursor }), isNumbered: false };
    }
    case 'page':
    case 'offset':
      return read.records === 0
        ? { kind: 'end' }
        : { kind: 'page', source: numberedPage(source, pagination, read), isNumbered: true };
  }
}

function numberedPage(source: UrlSource, pagination: Numbered, { records }: PageRead): UrlSource {
  const { kind, parameter: name, first } = pagination;
  const current = Number(parameterOf(source, name) ?? first);
  const step = kind === 'page' ? 1 : records;
  return withParameter(source, { name, value: (Number.isInteger(current) ? current : first) + step });
}

/** Says that a page names another one in its own way, which only a setting can follow. */
const leavePages = (source: UrlSource, field: NextPageField): NextPage<UrlSource> => ({
  kind: 'left',
  warning: createSourceWarning('pages_left.named', { path: field.path }),
  proposed: proposePagination(source, field),
});

/** Some servers name a next page after their last one. If their pages are numbered, an empty page is the end. */
function linkedPage(source: UrlSource, given: LinkOfPage): NextPage<UrlSource> {
  const next = pageAt(source, given);
  return next.kind === 'page' && next.isNumbered && given.read.records === 0 ? { kind: 'end' } : next;
}

interface LinkOfPage {
  readonly link: string;
  readonly read: PageRead;
}

/** A link leads to another server only if the source has no secrets: they would not be sent there. */
function pageAt(source: UrlSource, { link, read }: LinkOfPage): NextPage<UrlSource> {
  const page = parseUrl(link, read.finalUrl);
  if (page === null || !/^https?:$/.test(page.protocol))
    return { kind: 'left', warning: createSourceWarning('pages_left.not_fetchable', {}), proposed: null };
  page.hash = '';
  page.username = '';
  page.password = '';
  upgrade(page, new URL(source.url));
  const auth = authOf(source);
  // The key is added to each request; it must not become a part of the address.
  if (auth.kind === 'api_key' && auth.in === 'query') page.searchParams.delete(auth.name);
  const address = page.href;
  if (address === source.url) return { kind: 'page', source, isNumbered: false };
  const moved = moveSource(source, address);
  return moved === source
    ? {
        kind: 'left',
        warning: createSourceWarning('pages_left.other_site', { site: page.host }),
        proposed: null,
      }
    : { kind: 'page', source: moved, isNumbered: hasLaterNumber(page, new URL(source.url)) };
}

/** Longer numbers are ids, from which a server reads on, and not positions. */
const POSITION = /^\d{1,7}$/;

/** Whether two addresses differ by one number only, in the path or in the query, which is higher in `page`. */
function hasLaterNumber(page: URL, before: URL): boolean {
  const partsOf = ({ protocol, host, pathname, searchParams }: URL) => [
    protocol + host,
    ...pathname.split('/'),
    ...[...searchParams].toSorted(([a], [b]) => (a < b ? -1 : 1)).flat(),
  ];
  const [later, earlier] = [partsOf(page), partsOf(before)];
  if (later.length !== earlier.length) return false;
  const [one, ...more] = later.flatMap((part, at) => {
    const before = earlier[at] ?? '';
    return part === before ? [] : [[before, part]];
  });
  return (
    one !== undefined &&
    more.length === 0 &&
    one.every((part) => POSITION.test(part)) &&
    Number(one[0]) < Number(one[1])
  );
}

/** Servers behind a proxy often name their pages with http, although they are read with https. */
function upgrade(page: URL, from: URL): void {
  if (from.protocol === 'https:' && page.protocol === 'http:' && page.host === from.host)
    page.protocol = 'https:';
}

/** Whether a parameter is a member of the JSON body rather than of the query. */
const isInBody = ({ request }: UrlSource, name: string): boolean =>
  request?.method === 'POST' && name.startsWith('/');

function parameterOf(source: UrlSource, name: string): JsonValue | undefined {
  const { request, url } = source;
  if (request?.method !== 'POST' || !isInBody(source, name))
    return new URL(url).searchParams.get(name) ?? undefined;
  return keysOf(name).reduce<JsonValue | undefined>((value, key) => membersOf(value)[key], request.body);
}

function withParameter(
  source: UrlSource,
  { name, value }: { name: string; value: string | number },
): UrlSource {
  const { request, url } = source;
  if (request?.method === 'POST' && isInBody(source, name))
    return { ...source, request: { method: 'POST', body: withMember(request.body, keysOf(name), value) } };
  const page = new URL(url);
  page.searchParams.set(name, String(value));
  return { ...source, url: page.href };
}

/** Returns a copy with another value at a path, whose missing objects are added. */
function withMember(body: JsonValue, [key, ...rest]: readonly string[], value: string | number): JsonValue {
  if (key === undefined) return value;
  const members = membersOf(body);
  return { ...members, [key]: withMember(members[key] ?? null, rest, value) };
}

const membersOf = (value: JsonValue | undefined): Readonly<Record<string, JsonValue>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};

const keysOf = (path: string): string[] =>
  path
    .slice(1)
    .split('/')
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));
