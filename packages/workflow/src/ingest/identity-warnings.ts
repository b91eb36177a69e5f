import { createSourceWarning, type SourceWarning } from '@inlet/contracts';
import type { RowIdentitySetting } from '../ports/change-reader.js';
import type { RowComparison } from './compare-rows.js';

/** Fewer items without an id and a link are not worth a warning. */
const FEW_PERCENT = 2;

/**
 * Warns about ids that repeat: in a first run with the basis that is used instead, in later runs with the number of
 * items that were told apart in another way. Also warns about identity columns that repeat, and about items that only
 * their content identifies although nobody has chosen that.
 */
export function identityWarnings(
  comparison: RowComparison,
  { decided: given, isContentChosen }: RowIdentitySetting,
): readonly SourceWarning[] {
  const { items, repeats, leftOut, byContent } = comparison;
  const toldApart = repeats - leftOut;
  const warnings: SourceWarning[] = [];
  if (toldApart > 0) {
    const decided = comparison.decide();
    const key =
      given === null && !decided.isGuessRight
        ? (`identity_repeats.${decided.basis}` as const)
        : 'identity_repeats';
    warnings.push(createSourceWarning(key, { n: toldApart, items }));
  }
  if (leftOut > 0) warnings.push(createSourceWarning('identity_columns_repeat', { n: leftOut, items }));
  if (!isContentChosen && 100 * byContent > FEW_PERCENT * items)
    warnings.push(byContentWarning({ items, byContent }));
  return warnings;
}

interface ItemsByContent {
  readonly items: number;
  readonly byContent: number;
}

/** Warns that items are told apart by their content. */
export const byContentWarning = ({ items, byContent }: ItemsByContent): SourceWarning =>
  byContent === items
    ? createSourceWarning('identity_by_content', {})
    : createSourceWarning('identity_by_content.some', { n: byContent, items });

/** Warns about ids in the head of a source, before it is known which columns tell items apart. */
export function repeatedIdsWarning({ items, repeats }: RepeatedIds): readonly SourceWarning[] {
  return repeats === 0 ? [] : [createSourceWarning('identity_repeats.open', { n: repeats, items })];
}

interface RepeatedIds {
  readonly items: number;
  readonly repeats: number;
}

export const isRepeatWarning = ({ code }: SourceWarning): boolean => code === 'identity_repeats';
