import type { Upload } from '../ports/uploads.js';
import type { SourceRow } from './sheet-page.js';

/** Heading of the column of a written sheet that says which row of the upload a line is. */
export const ROW_HEADING = 'Row';

interface LabelledRow {
  readonly id: number;
  readonly source: SourceRow | null;
}

/** The content of a label: a row of a file, or a row that has none, by its id. */
type ParsedLabel =
  | { readonly kind: 'source'; readonly source: SourceRow }
  | { readonly kind: 'id'; readonly id: number };

export interface RowLabels {
  labelOf(row: LabelledRow): string;
  /** null for a text that is no label. */
  parse(label: string): ParsedLabel | null;
}

/**
 * How a written sheet names its rows: by the row of the file, behind the names of file and worksheet if there are several
 * files; a row that people added by `#` and its id, and all rows by their ids if the upload has no file.
 */
export function createRowLabels({ files }: Pick<Upload, 'files'>): RowLabels {
  const prefixes = files.length > 1 ? prefixesOf(files) : [];
  return {
    labelOf({ id, source }) {
      if (source === null) return files.length === 0 ? String(id) : `#${id}`;
      return `${prefixes[source.file] ?? ''}${source.row}`;
    },
    parse(label) {
      const [, prefix = '', number = ''] = /^(.*?)(\d{1,15})(?:\.0+)?$/s.exec(label.trim()) ?? [];
      if (number === '') return null;
      if (prefix === '#' || (prefix === '' && files.length === 0)) return { kind: 'id', id: Number(number) };
      const file = files.length > 1 ? prefixes.indexOf(prefix) : prefix === '' ? 0 : -1;
      return file < 0 ? null : { kind: 'source', source: { file, row: Number(number) } };
    },
  };
}

/** Equal names are told apart by the number of their file. */
function prefixesOf(files: Upload['files']): string[] {
  const names = files.map(({ name, worksheet }) => (worksheet === null ? name : `${name} > ${worksheet}`));
  return names.map((name, index) =>
    names.indexOf(name) === index ? `${name}: ` : `${name} (${index + 1}): `,
  );
}
