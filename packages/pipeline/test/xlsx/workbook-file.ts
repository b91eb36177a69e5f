import { tmpdir } from 'node:os';
import { buffer } from 'node:stream/consumers';
import { ZipFile } from 'yazl';
import type { FileBytes } from '../../src/read/xlsx/open-package.js';
import { openWorkbook } from '../../src/read/xlsx/open-workbook.js';
import type { WorksheetRow } from '../../src/read/xlsx/row-builder.js';

/** Parts of a workbook by their names; those that are not given are usual ones. */
export type Parts = Readonly<Record<string, string | Buffer>>;

const HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>';
const TYPES = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';

const relations = (entries: readonly (readonly [id: string, type: string, target: string])[]): string =>
  `${HEAD}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">${entries
    .map(([id, type, target]) => `<Relationship Id="${id}" Type="${TYPES}/${type}" Target="${target}"/>`)
    .join('')}</Relationships>`;

const USUAL: Parts = {
  '_rels/.rels': relations([['rId1', 'officeDocument', 'xl/workbook.xml']]),
  'xl/workbook.xml': `${HEAD}<workbook><sheets><sheet name="Data" sheetId="1" r:id="rId1"/></sheets></workbook>`,
  'xl/_rels/workbook.xml.rels': relations([
    ['rId1', 'worksheet', 'worksheets/sheet1.xml'],
    ['rId2', 'styles', 'styles.xml'],
    ['rId3', 'sharedStrings', 'sharedStrings.xml'],
  ]),
};

/** A worksheet with these rows, as XML. */
export const sheet = (rows: string): string =>
  `${HEAD}<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>${rows}</sheetData></worksheet>`;

export const strings = (items: string): string => `${HEAD}<sst>${items}</sst>`;

/** Styles with these formats: style 0 is General, then one style for each. */
export const styles = (...formats: readonly (string | number)[]): string => {
  const own = formats.flatMap((format, index) =>
    typeof format === 'string'
      ? `<numFmt numFmtId="${164 + index}" formatCode="${format.replaceAll('"', '&quot;')}"/>`
      : [],
  );
  const ids = formats.map((format, index) => (typeof format === 'string' ? 164 + index : format));
  return `${HEAD}<styleSheet><numFmts>${own.join('')}</numFmts><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs>${[
    0,
    ...ids,
  ]
    .map((id) => `<xf numFmtId="${id}" xfId="0"/>`)
    .join('')}</cellXfs></styleSheet>`;
};

export async function packWorkbook(parts: Parts): Promise<Buffer> {
  const archive = new ZipFile();
  for (const [name, content] of Object.entries({ ...USUAL, ...parts }))
    archive.addBuffer(Buffer.from(content), name);
  archive.end();
  return buffer(archive.outputStream);
}

export function fileOf(bytes: Buffer): FileBytes {
  return {
    size: bytes.length,
    read: async (position, length) => bytes.subarray(position, position + length),
  };
}

export const LIMITS = {
  maxPartBytes: 100_000_000,
  spillDirectory: tmpdir(),
  mostBytesInMemory: 67_108_864,
};

export async function readWorksheet(
  bytes: Buffer,
  options: { readonly worksheet?: number; readonly limits?: Partial<typeof LIMITS> } = {},
): Promise<WorksheetRow[]> {
  const workbook = await openWorkbook(fileOf(bytes), { ...LIMITS, ...options.limits });
  try {
    const rows: WorksheetRow[] = [];
    for await (const batch of workbook.readRows(options.worksheet ?? 0)) rows.push(...batch);
    return rows;
  } finally {
    workbook.close();
  }
}

/** The cells of all rows. */
export const readCells = async (parts: Parts): Promise<(readonly (string | undefined)[])[]> =>
  (await readWorksheet(await packWorkbook(parts))).map(({ cells }) => cells);
