import type { IdentityBasis, SourceWarning } from '@inlet/contracts';
import type { RowComparison } from './compare-rows.js';

const IDENTITY_REPEATS = 'identity_repeats';

const IDENTIFIED_BY: Readonly<Record<IdentityBasis, string>> = {
  id: 'by their id',
  link: 'by their link',
  id_and_link: 'by their id and link together',
  content: 'by their content, so that an item whose values change counts as a new one',
};

/**
 * Warns about ids that repeat: in a first run with the basis that is used instead, in later runs with the number of
 * items that were told apart in another way. Also warns about identity columns that repeat. `basis` is the given one;
 * null if the run decides it.
 */
export function identityWarnings(
  comparison: RowComparison,
  basis: IdentityBasis | null,
): readonly SourceWarning[] {
  const { items, repeats, leftOut } = comparison;
  const toldApart = repeats - leftOut;
  const warnings: SourceWarning[] = [];
  if (toldApart > 0) {
    const found = `${toldApart} of ${items} items have the same identity as an earlier one`;
    const decided = comparison.decideBasis();
    const message =
      basis === null && decided !== 'id'
        ? `${found}. Items are identified ${IDENTIFIED_BY[decided]}.`
        : `${found}. These are told apart by their id and link together, or by their content.`;
    warnings.push({ code: IDENTITY_REPEATS, message });
  }
  if (leftOut > 0) {
    const message = `${leftOut} of ${items} items have the same values in the identity columns as an earlier one. Only the first one counts.`;
    warnings.push({ code: 'identity_columns_repeat', message });
  }
  return warnings;
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

export const isIdentityWarning = ({ code }: SourceWarning): boolean => code === IDENTITY_REPEATS;
