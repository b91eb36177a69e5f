import type { Heading, MappedColumn } from '@inlet/contracts';
import { useWidget } from '../../session/widget-context.js';
import { writeLabel } from '../../texts/write-label.js';
import css from './picker.module.css';

export interface PickedValueProps {
  readonly mapped: MappedColumn | null;
  readonly headings: readonly Heading[];
}

/** The value of a column as the closed picker shows it. */
export function PickedValue({ mapped, headings }: PickedValueProps) {
  const { t, formats } = useWidget();
  if (mapped === null) return <span className={css.placeholder}>{t('pick.placeholder')}</span>;
  if ('value' in mapped) return <span>{t('pick.constant')}</span>;
  if ('template' in mapped) return <span>{t('pick.combined')}</span>;
  const headingOf = (wanted: string) => headings.find(({ path }) => path === wanted);
  const labelOf = (path: string): string => {
    const found = headingOf(path);
    return found ? writeLabel(found.label) : path;
  };
  const heading = headingOf(mapped.path);
  return (
    <span className={css.chosen}>
      <span className={css.label} dir="ltr">
        {[mapped.path, ...(mapped.fallbackPaths ?? [])].map(labelOf).join(' / ')}
      </span>
      {mapped.repeat && <span className={css.coverage}>{t(`repeat.${mapped.repeat}`)}</span>}
      {heading && !heading.isAboveRecord && (
        <span className={css.coverage}>{formats.percent(heading.coverage)}</span>
      )}
    </span>
  );
}
