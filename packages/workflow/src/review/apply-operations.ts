import type { Column, SheetOperation } from '@inlet/contracts';
import { InletError } from '@inlet/contracts/errors';
import { compileFindAndReplace, compileFix, compileMayContain } from './change-texts.js';
import type { Draft, DraftOptions, NewTexts } from './patch-draft.js';
import type { Sheet } from './sheet.js';
import type { SheetViews } from './sheet-views.js';

/** An operation that changes cells or rows itself. */
export type RowOperation = Exclude<SheetOperation, { kind: 'undo' | 'redo' }>;

export interface Patching extends DraftOptions {
  readonly sheet: Sheet;
  readonly views: SheetViews;
  readonly draft: Draft;
  /** Cells that were changed since are not overwritten one by one. */
  readonly baseRevision: number;
}

type Kind<K extends RowOperation['kind']> = Extract<RowOperation, { kind: K }>;

/** Carries out one operation in a draft. @throws InletError invalid_request */
export async function applyOperation(patching: Patching, operation: RowOperation): Promise<void> {
  switch (operation.kind) {
    case 'set':
      return setCells(patching, operation);
    case 'insert':
      return insertRows(patching, operation);
    case 'delete':
      return patching.draft.changeRows(await chosenRows(patching, operation.rows), {
        ...patching,
        mapper: patching.sheet.mapper,
        change: () => ({ kind: 'delete' }),
      });
    case 'fill':
      return fillColumn(patching, operation);
    case 'replace':
      return replaceTexts(patching, operation);
    case 'fix':
      return fixCells(patching, operation);
  }
}

async function setCells(patching: Patching, { cells }: Kind<'set'>): Promise<void> {
  const { sheet, draft } = patching;
  const wanted = new Map<number, Map<string, string | null>>();
  for (const { row: id, column, text } of cells) {
    findColumn(sheet, column);
    const row = rowOf(sheet, id);
    const texts = wanted.get(row);
    if (texts) texts.set(column, text);
    else wanted.set(row, new Map([[column, text]]));
  }
  await dropConflicts(patching, wanted);
  await draft.changeRows([...wanted.keys()], {
    ...patching,
    mapper: sheet.mapper,
    change: (row) => ({ kind: 'texts', texts: wanted.get(row.id - 1) as NewTexts }),
  });
}

/** Takes out the cells that somebody else has changed since, and reports them with their present text. */
async function dropConflicts(
  { sheet, draft, baseRevision }: Patching,
  wanted: Map<number, Map<string, string | null>>,
): Promise<void> {
  if (baseRevision >= sheet.log.revision) return;
  for (const { page, indexes, loaded } of await sheet.pages.loadRows(wanted.keys())) {
    const formerId = sheet.log.overlayAt(page.number, baseRevision);
    if (formerId === sheet.log.overlayOf(page.number)) continue;
    const [former] = await sheet.pages.loadWith([{ page, overlayId: formerId }]);
    for (const row of sheet.mapper.mapRows(loaded, indexes)) {
      const before = former!.overlay.get(row.index);
      const texts = wanted.get(row.id - 1)!;
      for (const [column, text] of texts) {
        const position = sheet.mapper.columns.findIndex(({ key }) => key === column);
        const present = row.texts[position] ?? null;
        const isSame =
          before?.cells.get(column) === row.edit.cells.get(column) &&
          (before?.isDeleted ?? false) === row.edit.isDeleted;
        if (isSame || (present === text && !row.edit.isDeleted)) continue;
        texts.delete(column);
        draft.conflicts.push({ row: row.id, column, text: present });
      }
    }
  }
}

function insertRows({ sheet, draft }: Patching, { before, rows }: Kind<'insert'>): void {
  draft.insertRows(before === null ? null : rowOf(sheet, before), rows);
}

async function fillColumn(patching: Patching, { rows, column, text }: Kind<'fill'>): Promise<void> {
  const { sheet } = patching;
  await patching.draft.changeRows(await chosenRows(patching, rows), {
    ...patching,
    mapper: sheet.mapperOf([findColumn(sheet, column)]),
    change: () => ({ kind: 'texts', texts: [[column, text]] }),
  });
}

async function replaceTexts(patching: Patching, operation: Kind<'replace'>): Promise<void> {
  const { sheet, draft } = patching;
  const { rows, column } = operation;
  const columns = column === undefined ? sheet.mapper.columns : [findColumn(sheet, column)];
  const mayContain = compileMayContain(operation);
  const replace = compileFindAndReplace(operation);
  await draft.changeRows(await chosenRows(patching, rows), {
    ...patching,
    mapper: sheet.mapperOf(columns),
    isDryRun: operation.isDryRun,
    change({ texts }) {
      const changed: [string, string | null][] = [];
      for (let position = 0; position < columns.length; position += 1) {
        const text = texts[position];
        if (text === undefined || !mayContain(text)) continue;
        const replaced = replace(text);
        if (replaced !== text) changed.push([columns[position]!.key, replaced]);
      }
      return changed.length > 0 ? { kind: 'texts', texts: changed } : null;
    },
  });
}

async function fixCells(patching: Patching, operation: Kind<'fix'>): Promise<void> {
  const { sheet, views } = patching;
  const { column: key, issue } = operation;
  const column = findColumn(sheet, key);
  const fix = compileFix(operation, column);
  await patching.draft.changeRows(await views.list({ view: 'all', issueColumn: key, issue }), {
    ...patching,
    mapper: sheet.mapperOf([column]),
    change: ({ texts: [text = ''] }) => ({ kind: 'texts', texts: [[key, fix(text)]] }),
  });
}

type RowChoice = Kind<'delete'>['rows'];

async function chosenRows({ sheet, views }: Patching, choice: RowChoice): Promise<ArrayLike<number>> {
  if ('ids' in choice) return choice.ids.map((id) => rowOf(sheet, id)).sort((one, other) => one - other);
  return views.list(choice);
}

function rowOf(sheet: Sheet, id: number): number {
  if (!sheet.has(id - 1))
    throw new InletError('invalid_request', { detail: `The sheet has no row with the id ${id}.` });
  return id - 1;
}

function findColumn(sheet: Sheet, key: string): Column {
  const column = sheet.mapper.columns.find((one) => one.key === key);
  if (!column) throw new InletError('invalid_request', { detail: `There is no column "${key}".` });
  return column;
}
