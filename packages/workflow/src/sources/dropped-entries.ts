import {
  type Column,
  createSourceWarning,
  type Heading,
  type Mapping,
  type Outline,
  type SourceWarning,
} from '@inlet/contracts';
import { defaultRepeat } from '@inlet/pipeline';

/** One value of a list may be meant, such as the first of several pictures; several are a row that is cut off. */
const LEAST_COLUMNS = 2;
/** Several texts of this length are parts of one text, of which a single one is cut off. */
const LONG_TEXT_CHARS = 80;

/** Warns of lists in the records, such as variants of products, of which the mapped columns take only one entry. */
export function warnOfDroppedEntries(
  { headings, recordPath, recordPaths }: Pick<Outline, 'headings' | 'recordPath' | 'recordPaths'>,
  mapping: Mapping,
  columns: readonly Column[],
): SourceWarning[] {
  const inner = recordPaths.filter(({ parentPath }) => parentPath === recordPath);
  return inner.flatMap(({ path, label }) => {
    const prefix = `${path.slice(recordPath === '/' ? 1 : recordPath.length + 1)}/`;
    const taken = mapping.flatMap((entry) => {
      const column = columns.find(({ key }) => key === entry.column);
      if (!('path' in entry) || column === undefined || !entry.path.startsWith(prefix)) return [];
      const repeat = entry.repeat ?? defaultRepeat(column);
      const heading = headings.find((each) => each.path === entry.path);
      return heading?.repeats && (repeat === 'first' || repeat === 'last')
        ? [{ repeat, most: heading.mostRepeats, isLongText: isLongText(heading, column) }]
        : [];
    });
    if (taken.length < LEAST_COLUMNS && !taken.some((one) => one.isLongText)) return [];
    const most = Math.max(...taken.map((one) => one.most));
    const which = taken.every(({ repeat }) => repeat === 'last') ? 'last' : 'first';
    return [createSourceWarning(`entries_dropped.${which}`, { most, label })];
  });
}

function isLongText({ samples }: Heading, { type }: Column): boolean {
  const chars = samples.reduce((sum, sample) => sum + sample.length, 0);
  return type === 'text' && chars >= LONG_TEXT_CHARS * samples.length && samples.length > 1;
}
