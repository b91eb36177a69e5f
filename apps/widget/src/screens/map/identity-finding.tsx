import type { IdentityCheck } from '@inlet/contracts';
import { useWidget } from '../../session/widget-context.js';
import type { IdentityForm } from '../../wizard/selection-form.js';
import { Finding } from './finding.js';

const FALLBACKS = ['link', 'id_and_link', 'content'] as const;

/** Whether the identity needs a look: it repeats, or another basis than the ids is used because these repeat. */
export const needsAttention = (check: IdentityCheck, { by }: IdentityForm): boolean =>
  check.unique < check.items || (by !== 'content' && fallbackOf(check) !== undefined);

export interface IdentityFindingProps {
  readonly check: IdentityCheck;
  readonly identity: IdentityForm;
  readonly isStale: boolean;
}

/** The live check of the identity on the first items: the share that is unique, and what happens to the others. */
export function IdentityFinding({ check, identity, isStale }: IdentityFindingProps) {
  const { t, formats } = useWidget();
  const { items, unique, uniquePercent, basis } = check;
  const fallback = identity.by === 'content' ? undefined : fallbackOf(check);
  const others = items - unique;
  const sentences = [
    others === 0
      ? t('identity.unique', { n: items })
      : t('identity.uniqueShare', { n: items, share: formats.percent(uniquePercent / 100) }),
    fallback && t(`identity.basis.${fallback}`),
    others > 0 && t(basis === 'columns' ? 'identity.lost' : 'identity.toldApart', { n: others }),
  ];
  return (
    <Finding tone={needsAttention(check, identity) ? 'warn' : 'good'} isStale={isStale}>
      {sentences.filter(Boolean).join(' ')}
    </Finding>
  );
}

const fallbackOf = ({ basis }: IdentityCheck) => FALLBACKS.find((fallback) => fallback === basis);
