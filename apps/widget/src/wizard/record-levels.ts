import type { Format, Outline } from '@inlet/contracts';

type RecordPathChoice = Outline['recordPaths'][number];

/** In these formats it is known which element is the item. */
const FEED_FORMATS: ReadonlySet<Format> = new Set(['rss', 'rdf', 'atom', 'json_feed']);
const MOST_LEVELS = 6;

/**
 * Returns the list that was chosen with the lists around it and inside it, from the outermost. A list without such
 * relatives, and the items of a feed, are alone.
 */
export function levelsOf({ format, recordPath, recordPaths }: Outline): RecordPathChoice[] {
  const choices = new Map(recordPaths.map((choice) => [choice.path, choice]));
  const chosen = choices.get(recordPath);
  if (!chosen || FEED_FORMATS.has(format)) return [];
  const root = pathsAround(chosen, choices).at(-1);
  return recordPaths
    .filter((choice) => choice.count > 0 && pathsAround(choice, choices).at(-1) === root)
    .sort((a, b) => pathsAround(a, choices).length - pathsAround(b, choices).length)
    .slice(0, MOST_LEVELS);
}

/** The choice's own path and those around it, from the innermost. */
function pathsAround(
  choice: RecordPathChoice,
  choices: ReadonlyMap<string, RecordPathChoice>,
): readonly string[] {
  const parent = choice.parentPath === undefined ? undefined : choices.get(choice.parentPath);
  return parent ? [choice.path, ...pathsAround(parent, choices)] : [choice.path];
}

/** The last name of a path, whose parts are escaped as in RFC 6901; `/` for the document itself. */
export const nameOfRecordPath = (path: string): string =>
  (path.split('/').filter(Boolean).at(-1) ?? '/').replaceAll('~1', '/').replaceAll('~0', '~');
