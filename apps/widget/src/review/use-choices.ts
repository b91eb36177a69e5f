import type { Column } from '@inlet/contracts';
import { useWidget } from '../session/widget-context.js';

export interface Choice {
  readonly value: string;
  readonly label: string;
}

/** The values of which a cell of the column has one; null if any text can be one. */
export function useChoices({ type, options }: Column): Choice[] | null {
  const { t } = useWidget();
  if (type === 'boolean')
    return [
      { value: 'true', label: t('review.yes') },
      { value: 'false', label: t('review.no') },
    ];
  if (type !== 'select' || !options) return null;
  return options.map(({ value, label }) => ({ value, label: label ?? value }));
}
