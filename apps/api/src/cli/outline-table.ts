import type { Heading, OutlineResponse } from '@inlet/contracts';

const SAMPLE_WIDTH = 60;

/** Formats an outline for people: its format, the record path, and one line per heading. */
export function outlineTable({ outline, feed, finalUrl }: OutlineResponse): string {
  const version = outline.formatVersion === null ? '' : ` ${outline.formatVersion}`;
  const extent = outline.isComplete ? 'the whole file' : 'the beginning of the file';
  const others = outline.recordPaths.filter(({ path }) => path !== outline.recordPath);
  const facts = [
    ['source', finalUrl],
    [
      'format',
      `${outline.format}${version}, ${outline.encoding}, ${outline.bytesRead} bytes read (${extent})`,
    ],
    ...(feed?.title == null ? [] : [['title', oneLine(feed.title)]]),
    ['record path', `${outline.recordPath} (${outline.recordCount} records seen)`],
    ...(others.length === 0
      ? []
      : [['or', others.map(({ path, count }) => `${path} (${count})`).join(', ')]]),
    ...outline.warnings.map(({ message, line }) => [
      'warning',
      line === undefined ? message : `line ${line}: ${message}`,
    ]),
  ];
  const headings = [['heading', 'path', 'coverage', 'type', 'samples'], ...outline.headings.map(cellsOf)];
  return `${align(facts)}\n\n${align(headings)}`;
}

function cellsOf(heading: Heading): string[] {
  const repeats = heading.repeats ? ` (up to ${heading.mostRepeats} each)` : '';
  return [
    heading.label + repeats,
    heading.path,
    `${Math.round(heading.coverage * 100)} %`,
    heading.proposedType,
    oneLine(heading.samples.join(' | ')),
  ];
}

/** Pads the columns to equal widths, except for the last one. */
function align(rows: readonly (readonly string[])[]): string {
  const width = (column: number) => Math.max(...rows.map((row) => row[column]?.length ?? 0));
  const widths = rows[0]?.map((_cell, column) => width(column)) ?? [];
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function oneLine(text: string): string {
  const flat = text.replace(/\s+/g, ' ').trim();
  return flat.length > SAMPLE_WIDTH ? `${flat.slice(0, SAMPLE_WIDTH - 1)}…` : flat;
}
