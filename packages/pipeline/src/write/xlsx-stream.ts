import { type ZipEntry, zipStream } from './zip-stream.js';

export interface XlsxCell {
  readonly text: string;
  /** The text is a number, as JSON writes it, and is stored as one. */
  readonly isNumber?: boolean | undefined;
  readonly mark?: 'error' | 'warning' | undefined;
  /** Shown with the cell. */
  readonly note?: string | undefined;
}

export interface XlsxSheet {
  readonly name: string;
  readonly headings: readonly string[];
  /** Batches of rows; undefined for a blank cell. */
  readonly rows: AsyncIterable<readonly (readonly (XlsxCell | undefined)[])[]>;
}

/** Excel keeps no more rows, and opens files with more notes slowly. */
const MOST_ROWS = 1_048_576;
const MOST_NOTES = 10_000;
const MOST_CELL_CHARS = 32_767;

const STYLES = { heading: 1, error: 2, warning: 3 } as const;
export const HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
export const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
export const RELATIONS = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006';
const TYPE = 'application/vnd.openxmlformats-officedocument';

interface Note {
  readonly row: number;
  readonly column: number;
  readonly text: string;
}

/**
 * Writes a workbook with one worksheet (ECMA-376) as a stream of bytes. Cells with a mark are coloured; the first 10,000
 * notes are kept. Rows that a worksheet cannot have go to further ones.
 */
export const xlsxStream = (sheet: XlsxSheet): AsyncGenerator<Buffer> => zipStream(partsOf(sheet));

async function* partsOf(sheet: XlsxSheet): AsyncGenerator<ZipEntry> {
  const batches = sheet.rows[Symbol.asyncIterator]();
  const notes: Note[] = [];
  const state: WriteState = { rest: [], isDone: false, notes };
  let sheets = 0;
  do {
    sheets += 1;
    yield { name: `xl/worksheets/sheet${sheets}.xml`, content: worksheet(sheet, batches, state) };
    state.notes = null;
  } while (!state.isDone);
  if (notes.length > 0) yield* notesOf(notes);
  yield { name: 'xl/styles.xml', content: [STYLE_SHEET] };
  yield { name: 'xl/workbook.xml', content: [workbook(sheet.name, sheets)] };
  yield { name: 'xl/_rels/workbook.xml.rels', content: [workbookRelations(sheets)] };
  yield { name: '_rels/.rels', content: [relations([['officeDocument', 'xl/workbook.xml']])] };
  yield { name: '[Content_Types].xml', content: [contentTypes(sheets, notes.length > 0)] };
}

interface WriteState {
  /** Rows that were read and not written. */
  rest: readonly (readonly (XlsxCell | undefined)[])[];
  isDone: boolean;
  /** null on worksheets without notes. */
  notes: Note[] | null;
}

type Batches = AsyncIterator<XlsxSheet['rows'] extends AsyncIterable<infer Batch> ? Batch : never>;

async function* worksheet(
  { headings }: XlsxSheet,
  batches: Batches,
  state: WriteState,
): AsyncGenerator<string> {
  yield `${HEAD}<worksheet xmlns="${MAIN}" xmlns:r="${RELATIONS}"><sheetViews><sheetView workbookViewId="0">`;
  yield '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>';
  yield `<cols><col min="1" max="${headings.length}" width="18" customWidth="1"/></cols><sheetData><row r="1">`;
  for (const [column, heading] of headings.entries())
    yield writeCell({ text: heading }, { row: 1, column, style: STYLES.heading });
  yield '</row>';
  let row = 1;
  for (;;) {
    if (state.rest.length === 0) {
      const { value, done } = await batches.next();
      if (done) {
        state.isDone = true;
        break;
      }
      state.rest = value;
    }
    const written = state.rest.slice(0, MOST_ROWS - row);
    state.rest = state.rest.slice(written.length);
    let text = '';
    for (const cells of written) {
      row += 1;
      text += writeRow(cells, row, state.notes);
    }
    yield text;
    if (row === MOST_ROWS) break;
  }
  yield '</sheetData>';
  if (state.notes && state.notes.length > 0) yield '<legacyDrawing r:id="rId1"/>';
  yield '</worksheet>';
}

function writeRow(cells: readonly (XlsxCell | undefined)[], row: number, notes: Note[] | null): string {
  let text = `<row r="${row}">`;
  for (let column = 0; column < cells.length; column += 1) {
    const cell = cells[column];
    if (cell === undefined) continue;
    text += writeCell(cell, { row, column, style: cell.mark && STYLES[cell.mark] });
    if (cell.note !== undefined && notes && notes.length < MOST_NOTES)
      notes.push({ row, column, text: cell.note });
  }
  return `${text}</row>`;
}

interface CellPlace {
  readonly row: number;
  readonly column: number;
  readonly style?: number | undefined;
}

export function writeCell({ text, isNumber }: XlsxCell, { row, column, style }: CellPlace): string {
  const head = `<c r="${columnName(column)}${row}"${style === undefined ? '' : ` s="${style}"`}`;
  if (text === '') return `${head}/>`;
  if (isNumber) return `${head}><v>${text}</v></c>`;
  const shown = text.length > MOST_CELL_CHARS ? text.slice(0, MOST_CELL_CHARS) : text;
  return `${head} t="inlineStr"><is><t xml:space="preserve">${escapeText(shown)}</t></is></c>`;
}

const NAMES: string[] = [];

/** A, B, ..., Z, AA and so on. */
export function columnName(column: number): string {
  const known = NAMES[column];
  if (known !== undefined) return known;
  let name = '';
  for (let rest = column + 1; rest > 0; rest = Math.floor((rest - 1) / 26))
    name = String.fromCharCode(65 + ((rest - 1) % 26)) + name;
  NAMES[column] = name;
  return name;
}

/** Line breaks are those of spreadsheets. Characters that XML cannot have are written as the standard says (ST_Xstring), and so is a text that looks like it. */
const SPECIAL =
  /[&<>"\u0000-\u0008\u000b\u000c\u000d\u000e-\u001f\ufffe\uffff]|_x[0-9A-Fa-f]{4}_|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;
const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

export const escapeText = (text: string): string =>
  text.replaceAll('\r\n', '\n').replace(SPECIAL, (found) => {
    if (found.length > 1) return `_x005F_${found.slice(1)}`;
    const code = found.charCodeAt(0);
    return (
      ENTITIES[found] ?? (code > 0xd7ff ? '\ufffd' : `_x${code.toString(16).toUpperCase().padStart(4, '0')}_`)
    );
  });

export function* notesOf(notes: readonly Note[]): Generator<ZipEntry> {
  yield { name: 'xl/comments1.xml', content: commentsXml(notes) };
  yield { name: 'xl/drawings/vmlDrawing1.vml', content: shapesXml(notes) };
  const parts: Relation[] = [
    ['vmlDrawing', '../drawings/vmlDrawing1.vml'],
    ['comments', '../comments1.xml'],
  ];
  yield { name: 'xl/worksheets/_rels/sheet1.xml.rels', content: [relations(parts)] };
}

function* commentsXml(notes: readonly Note[]): Generator<string> {
  yield `${HEAD}<comments xmlns="${MAIN}"><authors><author>Inlet</author></authors><commentList>`;
  for (const { row, column, text } of notes)
    yield `<comment ref="${columnName(column)}${row}" authorId="0"><text><r><t xml:space="preserve">${escapeText(text)}</t></r></text></comment>`;
  yield '</commentList></comments>';
}

/** Spreadsheets show a note only if a shape has its place. */
function* shapesXml(notes: readonly Note[]): Generator<string> {
  yield '<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:x="urn:schemas-microsoft-com:office:excel">';
  yield '<v:shapetype id="_x0000_t202" coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe"><v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>';
  for (const [index, { row, column }] of notes.entries())
    yield `<v:shape id="_x0000_s${1025 + index}" type="#_x0000_t202" style="position:absolute;width:180pt;height:60pt;visibility:hidden" fillcolor="#ffffe1" o:insetmode="auto"><v:fill color2="#ffffe1"/><v:path o:connecttype="none"/><x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/><x:Anchor>${column + 1}, 15, ${row - 1}, 10, ${column + 4}, 15, ${row + 3}, 4</x:Anchor><x:AutoFill>False</x:AutoFill><x:Row>${row - 1}</x:Row><x:Column>${column}</x:Column></x:ClientData></v:shape>`;
  yield '</xml>';
}

const STYLE_SHEET = `${HEAD}<styleSheet xmlns="${MAIN}"><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts><fills count="4"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>${fillOf('FFFFC9C9')}${fillOf('FFFFEC99')}</fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="4"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/><xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/><xf numFmtId="0" fontId="0" fillId="2" borderId="0" xfId="0" applyFill="1"/><xf numFmtId="0" fontId="0" fillId="3" borderId="0" xfId="0" applyFill="1"/></cellXfs></styleSheet>`;

function fillOf(colour: string): string {
  return `<fill><patternFill patternType="solid"><fgColor rgb="${colour}"/><bgColor indexed="64"/></patternFill></fill>`;
}

const numbersTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1);

function workbook(name: string, sheets: number): string {
  const nameOf = (number: number) => escapeText(number === 1 ? name : `${name} ${number}`);
  const entries = numbersTo(sheets)
    .map((number) => `<sheet name="${nameOf(number)}" sheetId="${number}" r:id="rId${number}"/>`)
    .join('');
  return `${HEAD}<workbook xmlns="${MAIN}" xmlns:r="${RELATIONS}"><sheets>${entries}</sheets></workbook>`;
}

type Relation = readonly [type: string, target: string];

export function relations(entries: readonly Relation[]): string {
  const texts = entries.map(
    ([type, target], index) =>
      `<Relationship Id="rId${index + 1}" Type="${RELATIONS}/${type}" Target="${target}"/>`,
  );
  return `${HEAD}<Relationships xmlns="${PACKAGE}/relationships">${texts.join('')}</Relationships>`;
}

export const workbookRelations = (sheets: number): string =>
  relations([
    ...numbersTo(sheets).map((number): Relation => ['worksheet', `worksheets/sheet${number}.xml`]),
    ['styles', 'styles.xml'],
  ]);

export function contentTypes(sheets: number, hasNotes: boolean): string {
  const parts = [
    ['/xl/workbook.xml', 'sheet.main'],
    ['/xl/styles.xml', 'styles'],
    ...(hasNotes ? [['/xl/comments1.xml', 'comments']] : []),
    ...numbersTo(sheets).map((number) => [`/xl/worksheets/sheet${number}.xml`, 'worksheet']),
  ];
  const overrides = parts.map(
    ([part, type]) => `<Override PartName="${part}" ContentType="${TYPE}.spreadsheetml.${type}+xml"/>`,
  );
  return `${HEAD}<Types xmlns="${PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Default Extension="vml" ContentType="${TYPE}.vmlDrawing"/>${overrides.join('')}</Types>`;
}
