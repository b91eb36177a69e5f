import type { ItemChange } from '@inlet/pipeline';
import type { ComparedPage, PageTurn, ReadPage, TurnPage } from '../ports/source-pages.js';

export interface PageComparison {
  /** Later pages were left out, because an earlier one has nothing new. */
  readonly hasEndedEarly: boolean;
  /** Notes the comparison of a row with the known ones. */
  note(change: ItemChange | 'invalid'): void;
  readonly turn: TurnPage<ReadPage>;
}

/** Tells the turner of pages what comparing the rows of a page has shown. */
export function comparePages(turnPage: TurnPage<ComparedPage>): PageComparison {
  let hasNews = false;
  let hasFirst = false;
  let hasDuplicates = false;
  let hasEndedEarly = false;
  return {
    get hasEndedEarly() {
      return hasEndedEarly;
    },
    note(change: ItemChange | 'invalid') {
      if (change === 'duplicate') hasDuplicates = true;
      else hasFirst = true;
      if (change !== 'duplicate' && change !== 'unchanged') hasNews = true;
    },
    async turn(page: ReadPage): Promise<PageTurn> {
      const isKnown = hasFirst && !hasNews;
      const isRepeated = hasDuplicates && !hasFirst;
      hasNews = false;
      hasFirst = false;
      hasDuplicates = false;
      const turn = await turnPage({ ...page, isKnown, isRepeated });
      hasEndedEarly = turn.kind === 'end' && turn.isEarly;
      return turn;
    },
  };
}
