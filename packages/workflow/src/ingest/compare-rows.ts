import {
  contentDigest,
  createIdentitySurvey,
  type IdentityDecision,
  type ItemChange,
  type ItemState,
  type TakenItem,
  type UnseenItems,
} from '@inlet/pipeline';
import type { RowIdentitySetting } from '../ports/change-reader.js';
import type { RowReader, SourceRow } from './source-rows.js';

interface ComparedRow {
  readonly change: ItemChange;
  readonly rowKey: string;
}

/** Compares the rows of a source with the known items and with each other. */
export interface RowComparison {
  /** Compares a valid row with the item state, and updates that. */
  compare(row: SourceRow): ComparedRow;
  /** Notes that a row that the filter excludes is in the source. */
  exclude(row: SourceRow): void;
  /** Gives the new row that was compared last the place of an unseen item with the same content, if there is one. */
  takeOver(row: SourceRow, unseen: UnseenItems): TakenItem | null;
  /** Number of different rows so far. */
  readonly items: number;
  /** Number of these rows whose identity an earlier one has, on the basis in use. */
  readonly repeats: number;
  /** Number of those that are left out, since their identity columns have the same values. */
  readonly leftOut: number;
  /** Number of different rows that only their content identifies. */
  readonly byContent: number;
  /** The identity in use if it was given, else the one that suits the rows so far. */
  decide(): IdentityDecision;
}

export interface RowComparisonOptions {
  readonly rows: Pick<RowReader, 'identity' | 'surveyed' | 'bareContentOf' | 'formerContent'>;
  readonly items: ItemState;
  /** With null as `decided`, it is decided from the rows. */
  readonly identity: Pick<RowIdentitySetting, 'decided' | 'candidates'>;
  readonly today: number;
}

/**
 * The first row with an identity has it. Further ones that differ get their fallback keys, so that no item is lost to
 * an id that repeats. Rows with the same identity columns, and exact copies, are duplicates.
 */
export function createRowComparison({
  rows,
  items,
  identity: { decided, candidates },
  today,
}: RowComparisonOptions): RowComparison {
  const survey = decided === null ? createIdentitySurvey(candidates) : null;
  const { formerContent } = rows;
  const sameOptions = { day: today };
  const optionsFor = (row: SourceRow) =>
    formerContent ? { day: today, former: contentDigest(formerContent.contentOf(row)) } : sameOptions;
  let compared = 0;
  let byContent = 0;
  let repeats = 0;
  let leftOut = 0;

  const compareRow = (row: SourceRow): ComparedRow => {
    const digest = contentDigest(row.content);
    let rowKey = row.rowKey;
    const options = optionsFor(row);
    let change = items.compare(rowKey, digest, options);
    if (change === 'repeated') {
      repeats += 1;
      for (const key of rows.identity().fallbackKeysOf(row)) {
        rowKey = key;
        change = items.compare(key, digest, options);
        if (change !== 'repeated') break;
      }
      if (change === 'duplicate') repeats -= 1;
      if (change === 'repeated') leftOut += 1;
    }
    if (items.needsBareContent(change) || (formerContent && change === 'unchanged')) {
      const bareContent = rows.bareContentOf(row);
      items.setBareContent(bareContent === row.content ? digest : contentDigest(bareContent));
    }
    return { change, rowKey };
  };
  return {
    compare(row) {
      const found = compareRow(row);
      if (found.change === 'duplicate') return found;
      compared += 1;
      const identity = rows.identity();
      if (identity.isByContent(row)) byContent += 1;
      if (survey && !identity.isByColumns(row)) survey.add(rows.surveyed(row));
      return found;
    },
    exclude(row) {
      if (items.exclude(row.rowKey)) return;
      for (const key of rows.identity().fallbackKeysOf(row)) if (items.exclude(key)) return;
    },
    takeOver(row, unseen) {
      if (!formerContent) return items.takeOver(unseen);
      const content = contentDigest(formerContent.contentOf(row));
      return items.takeOver(unseen, { content, bare: contentDigest(formerContent.bareContentOf(row)) });
    },
    get items() {
      return compared;
    },
    get repeats() {
      return repeats;
    },
    get leftOut() {
      return leftOut;
    },
    get byContent() {
      return byContent;
    },
    decide: () => (decided === null ? survey!.decide() : { ...decided, isGuessRight: true }),
  };
}
