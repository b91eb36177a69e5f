import type { Heading, MappedColumn } from '@inlet/contracts';
import { Combobox } from '@mantine/core';
import { useWidget } from '../../session/widget-context.js';
import css from './picker.module.css';

export interface HeadingOptionProps {
  readonly heading: Heading;
  readonly mapped: MappedColumn | null;
}

/** A value of the source to choose from: its name, how many items have it, and some of its values. */
export function HeadingOption({ heading, mapped }: HeadingOptionProps) {
  const { t, formats } = useWidget();
  const { path, label, coverage, samples, isAboveRecord, repeats, mostRepeats } = heading;
  return (
    <Combobox.Option value={path} active={mapped !== null && 'path' in mapped && mapped.path === path}>
      <span className={css.option}>
        <span className={css.optionTop}>
          <span className={css.label} dir="ltr">
            {label}
          </span>
          <span className={css.coverage}>
            {isAboveRecord ? t('pick.everyRow') : t('pick.coverage', { share: formats.percent(coverage) })}
            {repeats && ` · ${t('pick.repeats', { n: mostRepeats })}`}
          </span>
        </span>
        {samples[0] !== undefined && (
          <span className={css.samples} dir="auto">
            {samples.join(' · ')}
          </span>
        )}
      </span>
    </Combobox.Option>
  );
}

/** Whether all words stand in the name or in a value. */
export function isMatch({ label, samples }: Heading, search: string): boolean {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  const text = [label, ...samples].join(' ').toLowerCase();
  return words.every((word) => text.includes(word));
}
