import type { NextPageField } from '@inlet/contracts';
import { EACH, pathKeys } from '../paths.js';

/** Names of values that lead to the next page, without case and punctuation. */
const NEXT = new Set(
  [
    'next nextpage nexturl nextpageurl nextlink nextpagelink nexthref nextrecordsurl odatanextlink',
    'nextcursor nextpagecursor nextpagetoken nexttoken continuationtoken nextcontinuationtoken',
    'nextoffset nextstart nextpagenumber nextmaxid after',
  ].flatMap((names) => names.split(' ')),
);

/** The same inside an object called `next`. */
const INSIDE_NEXT = new Set(['href', 'url', 'uri', 'link', 'after', 'cursor', 'page']);

/** Names of values that say whether there are more pages. */
const HAS_MORE = new Set(['hasmore', 'hasnext', 'hasnextpage', 'moreavailable']);

/** GraphQL and Facebook have a cursor on their last page as well. */
const CURSOR_OF_ANY_PAGE = 'endcursor';
const CURSORS = 'cursors';

/** Objects beside the records in which APIs describe their pages. */
const CONTAINERS = new Set(
  'links paging pagination pager page pageinfo meta metadata responsemetadata resultinfo navigation cursor next'
    .split(' ')
    .concat(CURSORS),
);

/** Links with a relation, such as `{"rel": "next", "href": "..."}` of OGC APIs and FHIR. */
const LISTS_OF_LINKS = new Set(['link', 'links']);
const RELATIONS = new Set(['rel', 'relation']);

/** Values that mean "no next page". */
const NOTHING = new Set(['', 'false', 'null', '0']);
const DATE = /^\d{4}-\d\d-\d\d/;

interface ValueBesideRecords {
  readonly text: string;
  readonly isRepeat: boolean;
}

export interface NextPageFinder {
  /** Looks at a value outside the records. */
  note(path: string, value: ValueBesideRecords): void;
  /** The field that leads to the next page; null if there is none, or if another one says that this is the last. */
  readonly found: NextPageField | null;
}

/**
 * Finds the field of a JSON page by which APIs usually lead to the next page: `next`, `links/next`, `paging/next`,
 * `meta/next_cursor`, `@odata.nextLink`, `has_more: true` and their relatives, in an object around the records.
 */
export function createNextPageFinder(recordPath: string): NextPageFinder {
  const around = recordPath.slice(1).split('/');
  let field: NextPageField | null = null;
  let cursor: NextPageField | null = null;
  let more: NextPageField | null = null;
  let isLast = false;
  return {
    get found() {
      if (isLast) return null;
      return field ?? (more && (cursor ?? more));
    },
    note(path, { text, isRepeat }) {
      const names = namesBeside(path, around);
      const name = names.at(-1);
      if (name === undefined) return;
      if (HAS_MORE.has(name) && !isRepeat) {
        if (text === 'true') more ??= { path, text };
        else if (text === 'false') isLast = true;
      } else if (NOTHING.has(text) || DATE.test(text)) return;
      else if (isRepeat ? isNextRelation(names, text) : isNext(names)) field ??= { path, text };
      else if (name === CURSOR_OF_ANY_PAGE && !isRepeat) cursor ??= { path, text };
    },
  };
}

const nameOf = (key: string): string => key.toLowerCase().replace(/[^a-z]/g, '');

/** The names of a path below the innermost object that it shares with the records; [] if it is no place for pages. */
function namesBeside(path: string, around: readonly string[]): readonly string[] {
  const parts = path.slice(1).split('/');
  const differs = parts.findIndex((part, at) => part !== around[at]);
  if (differs < 0 || parts.length - differs > 4 || parts.includes(EACH)) return [];
  const names = pathKeys(parts.slice(differs).join('/')).map(nameOf);
  const isPlace = names.slice(0, -1).every((name) => CONTAINERS.has(name) || LISTS_OF_LINKS.has(name));
  return isPlace ? names : [];
}

function isNext(names: readonly string[]): boolean {
  const [parent, name = ''] = names.length > 1 ? names.slice(-2) : ['', names[0]];
  if (parent === 'next') return INSIDE_NEXT.has(name);
  return NEXT.has(name) && parent !== CURSORS;
}

function isNextRelation(names: readonly string[], text: string): boolean {
  const [list = '', name = ''] = names.slice(-2);
  return LISTS_OF_LINKS.has(list) && RELATIONS.has(name) && text === 'next';
}
