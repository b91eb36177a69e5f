import { z } from 'zod';

/** One text, or one for each form of the number `n`. */
type WarningText = string | { readonly one: string; readonly other: string };

/**
 * The English texts of warnings about sources, by code. Texts of one code for different situations have keys of the form
 * `code.variant`. Names in braces are parameters.
 */
export const SOURCE_WARNINGS = {
  text_before_xml: 'There is text before the XML begins; it was left out.',
  text_before_json: 'There is text before the JSON begins; it was left out.',
  control_characters:
    'The text holds control characters. They were removed, or read as the windows-1252 characters that were meant.',
  encoding_mismatch: 'The file says that it is {declared}, but its content is {used} and was read as that.',
  encoding_guessed:
    'The file does not say what its encoding is; it was read as {used}. Choose another one if the text looks wrong.',
  encoding_errors: 'Some bytes are not {used}; they were replaced by the character U+FFFD.',
  'encoding_errors.utf8':
    'Some bytes are not UTF-8, the first after {bytes} bytes; they were read as windows-1252 if it has a character for them.',
  csv_lines_skipped: {
    one: 'The first line is not part of the table; left out.',
    other: 'The first {n} lines are not part of the table; left out.',
  },
  csv_row_short:
    'This row has {width} cells; {expected} were expected. The missing cells at its end have no value.',
  csv_row_long:
    'This row has {width} cells; {expected} were expected. The additional cells are named “Column {next}” and so on.',
  csv_quote_unclosed:
    'A quote is opened and never closed. The cell was read as plain text, up to the next delimiter.',
  csv_quote_misplaced: 'A quote inside a quoted cell is not doubled. It was read as part of the text.',
  table_cell_too_large: 'A cell has more than {most} characters and was left blank.',
  table_row_too_large: 'A row has more than {most} bytes and was left out.',
  table_columns_partial:
    'The columns come from the beginning of the file. Fields that only later records have are left out.',
  'csv_truncated.row':
    'The file ends inside a row; it was probably cut off. The incomplete row was left out.',
  'csv_truncated.cell':
    'The file ends inside a quoted cell; it was probably cut off. The incomplete row was left out.',
  'csv_truncated.line_end':
    'The last line has no line end, unlike in the last run; the file was probably cut off. The last row was left out.',
  json_malformed: '{fault} Only the records before this position were read.',
  json_columns_unequal:
    'The columns have different lengths, so values are missing at the end of some. The file was probably cut off.',
  json_trailing_comma: 'There is a comma after the last member of a list. It was ignored.',
  json_trailing_text: 'There is more text after the end of the document. It was not read.',
  json_value_after_records:
    '{path} comes more than a megabyte after the first record that it belongs to, and was left out.',
  ndjson_line_invalid: '{fault} The line was left out.',
  xml_not_well_formed: 'The XML is not well-formed: {fault}',
  xml_mismatched_tag: 'An end tag does not match the open element; the element was closed where it must end.',
  xml_stray_markup: 'A tag is damaged, or a "<" stands in text; as much as possible of it was read.',
  xml_bare_ampersand: 'An "&" begins no known reference; it was read as text.',
  xml_truncated: 'The file ends in the middle; an incomplete record was left out.',
  xml_value_after_records:
    '{path} comes more than a megabyte after the first record that it belongs to, and was left out.',
  above_record_many: '{path} has many values around one record; the first 100 were kept.',
  above_record_missing: 'Not found in the file, and empty in every row: {paths}.',
  feed_item_unreadable: 'Record {record} is too large or not well-formed XML; its feed fields are empty.',
  transfer_cut: '{fault}',
  pages_left: 'The source has more pages, but only the first one is read.',
  'pages_left.limit': 'The source has more than {pages} pages, and no more are read.',
  'pages_left.loop': 'The pages lead back to one that was read. No further page was read.',
  'pages_left.missing': 'The next page is missing on the server. No further page was read.',
  'pages_left.named': 'The source has more pages: {path} leads to the next one, and it is not read.',
  'pages_left.no_list': 'A later page has no list of records.',
  'pages_left.not_fetchable': 'The next page has an address that cannot be fetched.',
  'pages_left.other_site': 'The next page is at {site}, to which no credentials are sent.',
  source_answers_error: 'The source answers with an error instead of records: {fault}',
  records_none: 'The source has no records at present.',
  record_exceeds_outline:
    'The first record does not end in the part of the file that was read, so its headings may be missing. Choose another record path.',
  headings_left_out:
    'The records have more fields than the {n} that are offered. Name a further one by its path over the API.',
  records_empty: {
    one: '{n} record has no value in any mapped column and was left out.',
    other: '{n} records have no value in any mapped column and were left out.',
  },
  'entries_dropped.first':
    'Only the first of up to {most} entries of "{label}" is used. Choose it as the records to get a row for each entry.',
  'entries_dropped.last':
    'Only the last of up to {most} entries of "{label}" is used. Choose it as the records to get a row for each entry.',
  mapping_path_empty: 'No record has a value at "{path}".',
  'identity_repeats.open':
    '{n} of {items} items have the same id as an earlier one, or without an id the same link. The first run decides from the whole file how to tell them apart.',
  'identity_repeats.id':
    '{n} of {items} items have the same identity as an earlier one. Items are identified by another id.',
  'identity_repeats.link':
    '{n} of {items} items have the same identity as an earlier one. Items are identified by their link.',
  'identity_repeats.id_and_link':
    '{n} of {items} items have the same identity as an earlier one. Items are identified by their id and link together.',
  'identity_repeats.content':
    '{n} of {items} items have the same identity as an earlier one. Items are identified by their content.',
  identity_repeats:
    '{n} of {items} items have the same identity as an earlier one. These are told apart by their id and link together, or by their content.',
  identity_by_content:
    'No id or link tells the items apart. Without identity columns, such an item is sent as a new row whenever one of its values changes. Choose columns that identify a row.',
  'identity_by_content.some':
    '{n} of {items} items have no id or link. Without identity columns, such an item is sent as a new row whenever one of its values changes. Choose columns that identify a row.',
  identity_columns_repeat:
    '{n} of {items} items have the same values in the identity columns as an earlier one. Only the first one counts.',
  removals_not_reported:
    '{n} known items are missing from what was read. They are not reported as removed, because the source was not read to its end.',
} as const satisfies Readonly<Record<string, WarningText>>;

/** A code, or a code and a variant. */
export type SourceWarningKey = keyof typeof SOURCE_WARNINGS;
export type SourceWarningCode = SourceWarningKey extends infer Key
  ? Key extends `${infer Code}.${string}`
    ? Code
    : Key
  : never;

type NamesIn<Text> = Text extends { readonly other: infer Other }
  ? NamesIn<Other> | 'n'
  : Text extends `${string}{${infer Name}}${infer Rest}`
    ? Name | NamesIn<Rest>
    : never;
type ParametersOf<Key extends SourceWarningKey> = Readonly<
  Record<NamesIn<(typeof SOURCE_WARNINGS)[Key]>, string | number>
>;

const parameterSchema = z.union([z.string(), z.number()]);

export const sourceWarningSchema = z.strictObject({
  /** One of the codes of docs/imperfect-feeds.md. */
  code: z.string(),
  /** English text. */
  message: z.string(),
  /** Tells the texts of one code apart, such as `limit` of `pages_left`. */
  variant: z.string().optional(),
  /** The values in the text by their names. Absent in warnings from before there were parameters, and if there are none. */
  parameters: z.record(z.string(), parameterSchema).optional(),
  line: z.int().optional(),
  column: z.int().optional(),
});

/** A warning as the API returns it. Stored ones may have codes of earlier releases. */
export type SourceWarningView = z.infer<typeof sourceWarningSchema>;

export interface WarningPlace {
  readonly line?: number;
  readonly column?: number;
}

/** A problem of a whole file that did not stop its reading. */
export interface SourceWarning<Code extends SourceWarningCode = SourceWarningCode> extends WarningPlace {
  readonly code: Code;
  readonly message: string;
  readonly variant?: string;
  readonly parameters?: Readonly<Record<string, string | number>>;
}

type CodeOf<Key extends SourceWarningKey> = Key extends `${infer Code}.${string}` ? Code : Key;

/** Creates a warning with its English text. A text with plural forms takes that of the parameter `n`. */
export function createSourceWarning<Key extends SourceWarningKey>(
  key: Key,
  parameters: ParametersOf<Key>,
  { line, column }: WarningPlace = {},
): SourceWarning<CodeOf<Key> & SourceWarningCode> {
  const values: Readonly<Record<string, string | number>> = parameters;
  const text: WarningText = SOURCE_WARNINGS[key];
  const form = typeof text === 'string' ? text : values.n === 1 ? text.one : text.other;
  const [code, variant] = key.split('.');
  const warning = {
    code: code as CodeOf<Key> & SourceWarningCode,
    message: form.replace(/\{(\w+)\}/g, (_, name: string) => String(values[name])),
  };
  return Object.assign(
    warning,
    variant !== undefined && { variant },
    Object.keys(values).length > 0 && { parameters: values },
    line !== undefined && { line },
    column !== undefined && { column },
  );
}
