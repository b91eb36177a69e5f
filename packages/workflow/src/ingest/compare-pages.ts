import { isDeepStrictEqual } from 'node:util';
import type { ItemChange } from '@inlet/pipeline';
import type { ComparedPage, PageTurn, ReadPage, TurnPage } from '../ports/source-pages.js';

/** Pages with more rows are not compared with the one before them. */
const MAX_COMPARED_ROWS = 10_000;

export interface PageComparison {
  /** Later pages were left out, because an earlier one has nothing new. */
  readonly hasEndedEarly: boolean;
  /** A later page whose rows so far were all on earlier pages. */
  readonly isRepeating: boolean;
  /** Notes the comparison of a row with the known ones. */
  note(change: ItemChange | 'invalid', rowKey: string): void;
  readonly turn: TurnPage<ReadPage>;
}

/**
 * Tells the turner of pages what comparing the rows of a page has shown. `onEnd` is called at the end of each page,
 * with whether its rows were all on earlier pages.
 */
export function comparePages(
  turnPage: TurnPage<ComparedPage>,
  onEnd: (isRepeated: boolean) => void,
): PageComparison {
  let isFirstPage = true;
  let hasNews = false;
  let hasFirst = false;
  let hasDuplicates = false;
  let invalid = 0;
  let invalidBefore = 0;
  let hasEndedEarly = false;
  let rowKeys: string[] = [];
  let rowKeysBefore: readonly string[] = [];
  // A page that repeats has the same invalid rows again, which cannot be recognised.
  const isRepeating = () => !isFirstPage && !hasFirst && invalid <= invalidBefore;
  return {
    get hasEndedEarly() {
      return hasEndedEarly;
    },
    get isRepeating() {
      return isRepeating();
    },
    note(change, rowKey) {
      if (rowKeys.length < MAX_COMPARED_ROWS) rowKeys.push(rowKey);
      if (change === 'duplicate') hasDuplicates = true;
      else if (change === 'invalid') invalid += 1;
      else hasFirst = true;
      if (change !== 'duplicate' && change !== 'unchanged') hasNews = true;
    },
    async turn(page: ReadPage): Promise<PageTurn> {
      const isKnown = hasFirst && !hasNews;
      const isRepeated = isRepeating() && hasDuplicates;
      const isSameAsBefore = rowKeys.length < MAX_COMPARED_ROWS && isDeepStrictEqual(rowKeys, rowKeysBefore);
      onEnd(isRepeated);
      isFirstPage = false;
      hasNews = false;
      hasFirst = false;
      hasDuplicates = false;
      invalidBefore = invalid;
      invalid = 0;
      rowKeysBefore = rowKeys;
      rowKeys = [];
      const turn = await turnPage({ ...page, isKnown, isRepeated, isSameAsBefore });
      hasEndedEarly = turn.kind === 'end' && turn.isEarly;
      return turn;
    },
  };
}
