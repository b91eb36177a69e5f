import { InletError } from '@inlet/contracts/errors';
import type { TableWorksheet } from './table.js';

export interface WorksheetChoice {
  readonly worksheets: readonly TableWorksheet[];
  /** Name that the person chose. */
  readonly chosen: string | undefined;
  readonly hasRows: (worksheet: number) => boolean | Promise<boolean>;
}

/**
 * Returns the index of the worksheet to read: the chosen one, else the first visible one with rows. Throws
 * `source_worksheet_unknown`, and `source_empty` if no visible worksheet has a row.
 */
export async function chooseWorksheet({ worksheets, chosen, hasRows }: WorksheetChoice): Promise<number> {
  if (chosen !== undefined) {
    const index = worksheets.findIndex(({ name }) => name === chosen);
    if (index >= 0) return index;
    const names = worksheets.map(({ name }) => name);
    throw new InletError('source_worksheet_unknown', {
      detail: `The file has the worksheets ${names.slice(0, 20).join(', ')}.`,
      extra: { worksheets: names },
    });
  }
  for (const [index, { isHidden }] of worksheets.entries())
    if (!isHidden && (await hasRows(index))) return index;
  throw new InletError('source_empty', {
    detail: worksheets.some(({ isHidden }) => isHidden)
      ? 'Its visible worksheets have no rows.'
      : 'Its worksheets have no rows.',
    extra: { worksheets: worksheets.map(({ name }) => name) },
  });
}
