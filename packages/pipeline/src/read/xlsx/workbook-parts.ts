import { builtInKind, kindOfFormat, type NumberKind } from './number-format.js';
import type { OfficePackage } from './open-package.js';
import { damaged } from './open-package.js';
import { attributeOf, type MarkupHandler, scanMarkup } from './scan-markup.js';

export interface SheetEntry {
  readonly name: string;
  readonly isHidden: boolean;
  /** Name of the part with its rows. */
  readonly part: string;
}

export interface WorkbookParts {
  readonly sheets: readonly SheetEntry[];
  /** Whether dates count from 1904. */
  readonly is1904: boolean;
  readonly sharedStrings: string | undefined;
  /** What a number means by the style of its cell. */
  readonly kinds: readonly NumberKind[];
}

type Visit = (name: string, attributes: string) => void;

/** Calls `visit` for each element of a part. */
async function visitElements(chunks: AsyncIterable<Buffer>, visit: Visit): Promise<void> {
  const handler: MarkupHandler = { wantsText: false, open: visit, close: () => {}, text: () => {} };
  await scanMarkup(chunks, handler);
}

interface Relation {
  readonly type: string;
  readonly target: string;
}

/** Where the relations of a part lead, by their ids. */
async function readRelations(office: OfficePackage, part: string): Promise<Map<string, Relation>> {
  const folder = part.slice(0, part.lastIndexOf('/') + 1);
  const name = `${folder}_rels/${part.slice(folder.length)}.rels`;
  const relations = new Map<string, Relation>();
  if (!office.has(name)) return relations;
  await visitElements(office.open(name), (element, attributes) => {
    if (element !== 'Relationship' || attributeOf(attributes, 'TargetMode') === 'External') return;
    const target = attributeOf(attributes, 'Target') ?? '';
    relations.set(attributeOf(attributes, 'Id') ?? '', {
      type: (attributeOf(attributes, 'Type') ?? '').replace(/^.*\//, ''),
      target: resolvePart(target.replaceAll('\\', '/'), folder),
    });
  });
  return relations;
}

/** Targets are relative to the folder of the part; programs differ in the slash before it. */
function resolvePart(target: string, folder: string): string {
  try {
    return decodeURIComponent(new URL(target, `part:///${folder}`).pathname).replace(/^\/+/, '');
  } catch {
    // No address: no part has this name.
    return target;
  }
}

export interface FoundWorkbook {
  readonly workbook: string;
  readonly relations: ReadonlyMap<string, Relation>;
  /** The related part of a type. */
  readonly partOf: (type: string) => string | undefined;
}

/** Finds the main part of a package, which is at `usual` unless the package says otherwise. */
export async function findWorkbook(office: OfficePackage, usual: string): Promise<FoundWorkbook> {
  const roots = [...(await readRelations(office, '')).values()];
  const workbook = roots.find(({ type }) => type === 'officeDocument')?.target ?? usual;
  if (!office.has(workbook)) throw damaged('it has no workbook');
  const relations = await readRelations(office, workbook);
  const partOf = (wanted: string): string | undefined =>
    [...relations.values()].find(({ type, target }) => type === wanted && office.has(target))?.target;
  return { workbook, relations, partOf };
}

/** Reads the parts of a workbook that describe its worksheets. */
export async function readWorkbookParts(office: OfficePackage): Promise<WorkbookParts> {
  const { workbook, relations, partOf } = await findWorkbook(office, 'xl/workbook.xml');
  const sheets: SheetEntry[] = [];
  let is1904 = false;
  await visitElements(office.open(workbook), (name, attributes) => {
    if (name === 'workbookPr') is1904 = isTrue(attributeOf(attributes, 'date1904'));
    if (name !== 'sheet') return;
    const relation = relations.get(attributeOf(attributes, 'id') ?? '');
    // Charts and macros have sheets without rows.
    if (relation?.type !== 'worksheet' || !office.has(relation.target)) return;
    sheets.push({
      name: attributeOf(attributes, 'name') ?? `Sheet ${sheets.length + 1}`,
      isHidden: /hidden/i.test(attributeOf(attributes, 'state') ?? ''),
      part: relation.target,
    });
  });
  if (sheets.length === 0) throw damaged('it has no worksheet');
  const styles = partOf('styles');
  return {
    sheets,
    is1904,
    sharedStrings: partOf('sharedStrings'),
    kinds: styles === undefined ? [] : await readKinds(office.open(styles)),
  };
}

export const isTrue = (value: string | undefined): boolean => value === '1' || value === 'true';

async function readKinds(chunks: AsyncIterable<Buffer>): Promise<NumberKind[]> {
  const custom = new Map<number, NumberKind>();
  const formats: number[] = [];
  const open: string[] = [];
  const handler: MarkupHandler = {
    wantsText: false,
    open: (name, attributes) => {
      if (name === 'numFmt')
        custom.set(
          Number(attributeOf(attributes, 'numFmtId')),
          kindOfFormat(attributeOf(attributes, 'formatCode') ?? ''),
        );
      // Named styles have the same elements.
      else if (name === 'xf' && open.at(-1) === 'cellXfs')
        formats.push(Number(attributeOf(attributes, 'numFmtId') ?? 0));
      open.push(name);
    },
    close: () => void open.pop(),
    text: () => {},
  };
  await scanMarkup(chunks, handler);
  return formats.map((id) => custom.get(id) ?? builtInKind(id));
}
