import type { IdentityBasis, SourceWarning } from '@inlet/contracts';
import type { RowIdentitySetting } from '../ports/change-reader.js';
import type { RowComparison } from './compare-rows.js';

const IDENTITY_REPEATS = 'identity_repeats';
const IDENTITY_BY_CONTENT = 'identity_by_content';

/** Fewer items without an id and a link are not worth a warning. */
const FEW_PERCENT = 2;

const IDENTIFIED_BY: Readonly<Record<IdentityBasis, string>> = {
  id: 'by another id',
  link: 'by their link',
  id_and_link: 'by their id and link together',
  content: 'by their content',
};

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
    const found = `${toldApart} of ${items} items have the same identity as an earlier one`;
    const decided = comparison.decide();
    const message =
      given === null && !decided.isGuessRight
        ? `${found}. Items are identified ${IDENTIFIED_BY[decided.basis]}.`
        : `${found}. These are told apart by their id and link together, or by their content.`;
    warnings.push({ code: IDENTITY_REPEATS, message });
  }
  if (leftOut > 0) {
    const message = `${leftOut} of ${items} items have the same values in the identity columns as an earlier one. Only the first one counts.`;
    warnings.push({ code: 'identity_columns_repeat', message });
  }
  if (!isContentChosen && 100 * byContent > FEW_PERCENT * items)
    warnings.push(byContentWarning({ items, byContent }));
  return warnings;
}

interface ItemsByContent {
  readonly items: number;
  readonly byContent: number;
}

/** Warns that items are told apart by their content. */
export function byContentWarning({ items, byContent }: ItemsByContent): SourceWarning {
  const subject =
    byContent === items
      ? 'No id or link tells the items apart'
      : `${byContent} of ${items} items have no id or link`;
  const message = `${subject}. Without identity columns, such an item is sent as a new row whenever one of its values changes. Choose columns that identify a row.`;
  return { code: IDENTITY_BY_CONTENT, message };
}

/** Warns about ids in the head of a source, before it is known which columns tell items apart. */
export function repeatedIdsWarning({ items, repeats }: RepeatedIds): readonly SourceWarning[] {
  if (repeats === 0) return [];
  const message = `${repeats} of ${items} items have the same id as an earlier one, or without an id the same link. The first run decides from the whole file how to tell them apart.`;
  return [{ code: IDENTITY_REPEATS, message }];
}

interface RepeatedIds {
  readonly items: number;
  readonly repeats: number;
}

export const isRepeatWarning = ({ code }: SourceWarning): boolean => code === IDENTITY_REPEATS;
