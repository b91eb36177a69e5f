import type { Heading, MappedColumn } from '@inlet/contracts';
import { Combobox } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import { useWidget } from '../../session/widget-context.js';
import { writeLabel } from '../../texts/write-label.js';
import css from './picker.module.css';

/** Options are rendered in pages of this size, the next one before the end of the list comes into view. */
const PAGE = 80;

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
  const ordered = [...ownFields, ...feedFields, ...above];
  const [count, setCount] = useState(PAGE);
  const shown = new Set(ordered.slice(0, count));
  // biome-ignore lint/correctness/useExhaustiveDependencies: another search begins at its first page.
  useEffect(() => setCount(PAGE), [search]);
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
      {ownFields.length > count && <NextPage onSeen={() => setCount(count + PAGE)} />}
      {groups.map(
        ({ label, content }) =>
          content.length > 0 && (
            <Combobox.Group key={label} label={label}>
              {content}
            </Combobox.Group>
          ),
      )}
      {matches.length === 0 && <Combobox.Empty>{t('pick.none')}</Combobox.Empty>}
      {ownFields.length <= count && ordered.length > count && (
        <NextPage onSeen={() => setCount(count + PAGE)} />
      )}
    </>
  );
}

interface NextPageProps {
  readonly onSeen: () => void;
}

/** The end of the options that are rendered. Asks for more shortly before it comes into view. */
function NextPage({ onSeen }: NextPageProps) {
  const end = useRef<HTMLDivElement>(null);
  const latest = useRef(onSeen);
  latest.current = onSeen;
  useEffect(() => {
    if (!end.current) return;
    const observer = new IntersectionObserver(
      (entries) => entries.some(({ isIntersecting }) => isIntersecting) && latest.current(),
      { root: end.current.closest('[role=listbox]'), rootMargin: '400px' },
    );
    observer.observe(end.current);
    return () => observer.disconnect();
  });
  return <div ref={end} className={css.nextPage} aria-hidden="true" />;
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
