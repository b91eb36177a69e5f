import type { Heading, MappedColumn } from '@inlet/contracts';
import { Combobox } from '@mantine/core';
import { useWidget } from '../../session/widget-context.js';
import { writeLabel } from '../../texts/write-label.js';
import css from './picker.module.css';

/** The rest is found by typing, and the list says how many there are. */
const MOST_SHOWN = 80;

export interface HeadingOptionsProps {
  readonly headings: readonly Heading[];
  readonly search: string;
  readonly mapped: MappedColumn | null;
}

/** The values of the source that match the search: those of the record, the feed fields, and those above the record. */
export function HeadingOptions({ headings, search, mapped }: HeadingOptionsProps) {
  const { t } = useWidget();
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  const matches = headings.filter((heading) => containsAll(heading, words));
  const above = matches.filter(({ isAboveRecord }) => isAboveRecord);
  const feedFields = matches.filter(({ isFeedField }) => isFeedField);
  const ownFields = matches.filter(({ isAboveRecord, isFeedField }) => !isAboveRecord && !isFeedField);
  const shown = new Set([...ownFields, ...feedFields, ...above].slice(0, MOST_SHOWN));
  const options = (group: readonly Heading[]) =>
    group
      .filter((heading) => shown.has(heading))
      .map((heading) => <HeadingOption key={heading.path} heading={heading} mapped={mapped} />);
  const groups = [
    { label: t('pick.feedFields'), content: options(feedFields) },
    { label: t('pick.above'), content: options(above) },
  ];
  return (
    <>
      {options(ownFields)}
      {groups.map(
        ({ label, content }) =>
          content.length > 0 && (
            <Combobox.Group key={label} label={label}>
              {content}
            </Combobox.Group>
          ),
      )}
      {matches.length === 0 && <Combobox.Empty>{t('pick.none')}</Combobox.Empty>}
      {matches.length > shown.size && (
        <Combobox.Empty>{t('pick.more', { n: matches.length - shown.size })}</Combobox.Empty>
      )}
    </>
  );
}

/** Whether the name or a sample value contains each word. */
function containsAll({ label, samples }: Heading, words: readonly string[]): boolean {
  const text = [writeLabel(label), ...samples].join(' ').toLowerCase();
  return words.every((word) => text.includes(word));
}

interface HeadingOptionProps {
  readonly heading: Heading;
  readonly mapped: MappedColumn | null;
}

/** One value of the source: its name, the share of items that have it, and samples. */
function HeadingOption({ heading, mapped }: HeadingOptionProps) {
  const { t, formats } = useWidget();
  const { path, label, coverage, samples, isAboveRecord, isFeedField, repeats, mostRepeats } = heading;
  return (
    <Combobox.Option value={path} active={mapped !== null && 'path' in mapped && mapped.path === path}>
      <span className={css.option}>
        <span className={css.optionTop}>
          <span className={css.label} dir="ltr">
            {isFeedField ? label.split(' > ').at(-1) : writeLabel(label)}
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
