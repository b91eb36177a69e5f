import type { IdentityCheck } from '@inlet/contracts';
import { Button } from '@mantine/core';
import { useWidget } from '../../session/widget-context.js';
import type { Translate } from '../../texts/create-text.js';
import type { IdentityForm } from '../../wizard/selection-form.js';
import { Finding } from './finding.js';
import css from './row-options.module.css';

export interface IdentityResult {
  readonly check: IdentityCheck;
  /** Some items have the same id as an earlier one, so that another basis is used. */
  readonly hasRepeatedIds: boolean;
}

/** Whether the identity needs a look: it repeats, or another basis than the ids is used because these repeat. */
export const needsAttention = (
  { check, hasRepeatedIds }: IdentityResult,
  { by }: Pick<IdentityForm, 'by'>,
): boolean => check.unique < check.items || check.proposal !== null || (hasRepeatedIds && by !== 'content');

export interface IdentityFindingProps {
  readonly result: IdentityResult;
  readonly identity: IdentityForm;
  /** The names of the fields that the identity uses; null for the agreed places of a feed, and for the content. */
  readonly names: readonly string[] | null;
  readonly isStale: boolean;
  readonly nameOfColumn: (key: string) => string;
  readonly onChange: (identity: IdentityForm) => void;
}

/**
 * The live check of the identity on the first items: how rows are told apart, the share that is unique, what happens to
 * the others, and columns that would do it if only the content does.
 */
export function IdentityFinding(props: IdentityFindingProps) {
  const { result, identity, names, isStale, nameOfColumn, onChange } = props;
  const { t, formats } = useWidget();
  const { items, unique, uniquePercent, basis, proposal } = result.check;
  const others = items - unique;
  const sentences = [
    names ? t('rows.identity.columns', { columns: formats.list(names) }) : basisText(result, t),
    others === 0
      ? t('identity.unique', { n: items })
      : t('identity.uniqueShare', { n: items, share: formats.percent(uniquePercent / 100) }),
    others > 0 && t(basis === 'columns' ? 'identity.lost' : 'identity.toldApart', { n: others }),
  ];
  const proposed = proposal?.by === 'columns' ? proposal.columns : null;
  const columns = proposed && formats.list(proposed.map(nameOfColumn));
  return (
    <>
      <Finding tone={needsAttention(result, identity) ? 'warn' : 'good'} isStale={isStale}>
        {sentences.filter(Boolean).join(' ')}
      </Finding>
      {proposed && columns && (
        <div className={css.proposal}>
          <p>{t('identity.proposal', { columns })}</p>
          <Button
            size="compact-sm"
            variant="default"
            onClick={() => onChange({ by: 'columns', columns: proposed })}
          >
            {t('identity.useProposal', { columns })}
          </Button>
        </div>
      )}
    </>
  );
}

/** How rows are told apart if no field has a name that the person knows. */
function basisText({ check: { basis }, hasRepeatedIds }: IdentityResult, t: Translate): string | null {
  if (basis === 'columns') return null;
  if (hasRepeatedIds && basis !== 'id') return t(`identity.basis.${basis}`);
  return basis === 'content' ? t('rows.identity.content') : t(`identity.by.${basis}`);
}
