import type { Column, Mapping } from '@inlet/contracts';
import { mappingPaths } from '@inlet/pipeline';
import type { ReadChangesRequest } from '../ports/change-reader.js';
import type { SourceRow } from './source-rows.js';

interface NewRow {
  readonly source: SourceRow;
  readonly rowKey: string;
}

/** Selects the new rows that a first run sends. */
export interface FirstRunSelection {
  /** Whether the row is sent now. */
  sends(row: NewRow): boolean;
  /** Rows that were kept until the whole source was read, in its order. */
  take(): readonly NewRow[];
  /** Number of rows that are not sent at all, once `take` was called. */
  readonly notSent: number;
}

export function createFirstRunSelection({
  firstRun,
  rows: { template, mapping },
}: Pick<ReadChangesRequest, 'firstRun' | 'rows'>): FirstRunSelection {
  if (firstRun === 'all') return { sends: () => true, take: () => [], notSent: 0 };
  const most = firstRun === 'none' ? 0 : firstRun.newest;
  const dateColumn = findPublicationColumn(template.columns, mapping);
  const newest = createNewestRows(most, dateColumn);
  let added = 0;
  return {
    sends(row) {
      added += 1;
      if (dateColumn === -1) return added <= most;
      newest.add(row);
      return false;
    },
    take: () => newest.take(),
    get notSent() {
      return Math.max(0, added - most);
    },
  };
}

/** Keeps the newest rows of a source, at most twice as many as wanted at a time. */
interface NewestRows {
  add(row: NewRow): void;
  /** The newest rows in the order of the source. */
  take(): readonly NewRow[];
}

/** Rows without a date count as older than all others; among equal dates, the first of the source are the newest. */
function createNewestRows(count: number, dateColumn: number): NewestRows {
  const dateOf = ({ source }: NewRow): string => {
    const cell = source.row.cells[dateColumn];
    return typeof cell === 'string' ? cell : '';
  };
  const compare = (left: NewRow, right: NewRow): number => {
    const [one, other] = [dateOf(left), dateOf(right)];
    if (one !== other) return one < other ? 1 : -1;
    return left.source.row.record - right.source.row.record;
  };
  let kept: NewRow[] = [];
  const cut = () => {
    kept = kept.toSorted(compare).slice(0, count);
  };
  return {
    add(row) {
      kept.push(row);
      if (kept.length > 2 * count) cut();
    },
    take() {
      cut();
      return kept.toSorted((left, right) => left.source.row.record - right.source.row.record);
    },
  };
}

/** The last name of paths to a publication date in feeds, sitemaps and usual JSON. */
const PUBLICATION_NAME =
  /(?:^|[/:@])(pub(lish|lished|lication)?[ _-]?date|published([ _-]?(at|on))?|(date|time)[ _-]?(published|posted|created|issued)|isodate|issued|release[ _-]?date|(posted|created|creation)([ _-]?(at|on|date))?|date)$/i;
const isPublicationName = (name: string): boolean => PUBLICATION_NAME.test(name);

/** Index of the date column that is mapped from a publication date, else of one that is named so; -1 without one. */
function findPublicationColumn(columns: readonly Column[], mapping: Mapping): number {
  const pathsOf = new Map(mapping.map((entry) => [entry.column, mappingPaths([entry])]));
  const find = (isPublished: (column: Column, paths: readonly string[]) => boolean) =>
    columns.findIndex((column) => {
      const isDate = column.type === 'date' || column.type === 'date_time';
      return isDate && pathsOf.has(column.key) && isPublished(column, pathsOf.get(column.key) ?? []);
    });
  const byPath = find((_, paths) => paths.some(isPublicationName));
  return byPath === -1 ? find(({ key, name }) => [key, name].some(isPublicationName)) : byPath;
}
