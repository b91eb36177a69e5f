import {
  type Column,
  createSourceWarning,
  type FieldValue,
  type Mapping,
  type RawRecord,
  type SourceWarning,
} from '@inlet/contracts';
import { defaultRepeat, pathLabel } from '@inlet/pipeline';

/** One value of a list may be meant, such as the first of several pictures; several are a row that is cut off. */
const LEAST_COLUMNS = 2;
/** Several texts of this length are parts of one text, of which a single one is cut off. */
const LONG_TEXT_CHARS = 80;

interface DroppedEntriesOptions {
  readonly columns: readonly Column[];
  /** The fields of the records are indexes of these. */
  readonly paths: readonly string[];
  readonly recordPath: string;
}

/** A column that takes one value of a path inside an element or object of the record. */
interface TakenPath {
  readonly slot: number;
  readonly path: string;
  readonly repeat: 'first' | 'last';
  readonly isText: boolean;
}

export interface DroppedEntries {
  note(records: readonly RawRecord[]): void;
  warnings(): SourceWarning[];
}

/** Finds lists in the records, such as variants of products, of which the mapped columns take only one entry. */
export function watchDroppedEntries(
  mapping: Mapping,
  { columns, paths, recordPath }: DroppedEntriesOptions,
): DroppedEntries {
  const lists = [...groupByList(findTakenPaths(mapping, { columns, paths }))].map(([, taken]) => ({
    taken,
    cut: new Set<TakenPath>(),
    most: 0,
  }));
  return {
    note(records) {
      for (const list of lists)
        for (const { fields } of records) {
          const several = list.taken.filter(({ slot }) => countOf(fields[slot]) > 1);
          if (several.length < LEAST_COLUMNS && !several.some((taken) => isLongText(taken, fields))) continue;
          for (const taken of several) list.cut.add(taken);
          list.most = Math.max(list.most, ...several.map(({ slot }) => countOf(fields[slot])));
        }
    },
    warnings: () =>
      lists.flatMap(({ cut, most }) => {
        if (cut.size === 0) return [];
        const which = [...cut].every(({ repeat }) => repeat === 'last') ? 'last' : 'first';
        const list = commonList([...cut].map(({ path }) => path));
        const label = pathLabel(recordPath === '/' ? list : `${recordPath}/${list}`);
        return [createSourceWarning(`entries_dropped.${which}`, { most, label })];
      }),
  };
}

function findTakenPaths(
  mapping: Mapping,
  { columns, paths }: Pick<DroppedEntriesOptions, 'columns' | 'paths'>,
): TakenPath[] {
  return mapping.flatMap((entry) => {
    const column = columns.find(({ key }) => key === entry.column);
    if (column === undefined || !('path' in entry) || !isInsideOfElement(entry.path)) return [];
    const repeat = entry.repeat ?? defaultRepeat(column);
    if (repeat !== 'first' && repeat !== 'last') return [];
    return [{ slot: paths.indexOf(entry.path), path: entry.path, repeat, isText: column.type === 'text' }];
  });
}

const isInsideOfElement = (path: string): boolean =>
  path.includes('/') && !path.startsWith('/') && !path.startsWith('~');

function groupByList(taken: readonly TakenPath[]): Map<string, TakenPath[]> {
  const groups = new Map<string, TakenPath[]>();
  for (const one of taken) {
    const first = one.path.slice(0, one.path.indexOf('/'));
    groups.set(first, [...(groups.get(first) ?? []), one]);
  }
  return groups;
}

/** The longest path that all paths are inside of. */
function commonList(paths: readonly string[]): string {
  const [first = [], ...others] = paths.map((path) => path.split('/').slice(0, -1));
  const end = first.findIndex((segment, at) => others.some((other) => other[at] !== segment));
  return first.slice(0, end === -1 ? undefined : end).join('/');
}

const countOf = (value: FieldValue): number => (typeof value === 'object' ? value.length : 0);

function isLongText({ slot, isText }: TakenPath, fields: readonly FieldValue[]): boolean {
  const value = fields[slot];
  if (!isText || typeof value !== 'object') return false;
  const chars = value.reduce((sum, text) => sum + text.length, 0);
  return chars >= LONG_TEXT_CHARS * value.length;
}
