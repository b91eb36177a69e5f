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
 * items that were told apart in another way. `basis` is the given one; null if the run decides it.
 */
export function identityWarnings(
  comparison: RowComparison,
  basis: IdentityBasis | null,
): readonly SourceWarning[] {
  const { items, repeats } = comparison;
  if (repeats === 0) return [];
  const found = `${repeats} of ${items} items have the same identity as an earlier one`;
  const decided = comparison.decideBasis();
  const message =
    basis === null && decided !== 'id'
      ? `${found}. Items are identified ${IDENTIFIED_BY[decided]}.`
      : `${found}. These are told apart by their id and link together, or by their content.`;
  return [{ code: IDENTITY_REPEATS, message }];
}

export const isIdentityWarning = ({ code }: SourceWarning): boolean => code === IDENTITY_REPEATS;
