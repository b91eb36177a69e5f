import type { Column, Heading, MappedColumn, PreviewResponse, Suggestion } from '@inlet/contracts';
import { Button, Select, VisuallyHidden } from '@mantine/core';
import { IconAdjustmentsHorizontal, IconSparkles } from '@tabler/icons-react';
import { type ReactNode, useId, useState } from 'react';
import { TextField } from '../../components/text-field.js';
import { useIssueText } from '../../session/issue-text.js';
import { useWidget } from '../../session/widget-context.js';
import { showValue } from '../../texts/show-value.js';
import { writeLabel } from '../../texts/write-label.js';
import { isFilled, isRequired } from '../../wizard/mapping-status.js';
import { Adjust } from './adjust.js';
import { HeadingPicker } from './heading-picker.js';
import css from './map.module.css';

export interface ColumnRowProps {
  readonly column: Column;
  readonly mapped: MappedColumn | null;
  readonly suggestion: Suggestion | null;
  readonly headings: readonly Heading[];
  readonly isMissing: boolean;
  /** The person tried to continue, so missing values are marked as errors. */
  readonly isChecked: boolean;
  /** The first rows as they will be delivered; null while they are being read. */
  readonly preview: PreviewResponse | null;
  readonly onChange: (to: MappedColumn | null) => void;
  /** Shown below the row. */
  readonly children?: ReactNode;
}

/** One column of the template: its name, the value that fills it with a sample, and its adjustments. */
export function ColumnRow(props: ColumnRowProps) {
  const { column, mapped, suggestion, headings, isMissing, isChecked, preview, onChange } = props;
  const { t } = useWidget();
  const [isAdjusting, setIsAdjusting] = useState(false);
  const nameId = useId();
  const panelId = useId();
  const heading = mapped && 'path' in mapped ? headings.find(({ path }) => path === mapped.path) : undefined;
  const isSuggested =
    suggestion !== null && mapped !== null && 'path' in mapped && mapped.path === suggestion.path;
  const changes = (mapped?.transforms?.length ?? 0) + (mapped && 'path' in mapped && mapped.repeat ? 1 : 0);
  return (
    <li className={css.row} data-missing={isMissing}>
      <div className={css.column}>
        <p id={nameId} className={css.columnName}>
          {column.name}
          {isRequired(column) && (
            <span className={css.required}>
              <span aria-hidden="true"> *</span>
              <VisuallyHidden component="span"> {t('map.required')}</VisuallyHidden>
            </span>
          )}
        </p>
        <p className={css.quiet}>{column.description ?? t(`type.${column.type}`)}</p>
      </div>
      <div className={css.choice}>
        <HeadingPicker
          column={column}
          labelledBy={nameId}
          mapped={mapped}
          headings={headings}
          isInvalid={isMissing && isChecked}
          onChange={onChange}
        />
        {mapped && 'value' in mapped && <Constant {...{ column, mapped, onChange }} />}
        {mapped && 'template' in mapped && <Combined {...{ column, mapped, headings, onChange }} />}
        {mapped && preview && <ColumnIssues column={column.key} preview={preview} />}
        {isMissing && <p className={isChecked ? css.error : css.hint}>{t('map.requiredHint')}</p>}
      </div>
      <div className={css.sample}>
        <div className={css.sampleBox}>
          <Sample {...{ column, mapped, heading }} delivered={deliveredSample(preview, column.key)} />
          {isSuggested && (
            <p className={css.reason}>
              <IconSparkles size={14} aria-hidden="true" />
              {t(`reason.${suggestion.reason}`)}
            </p>
          )}
        </div>
        {isFilled(mapped ?? undefined) && (
          <Button
            variant="subtle"
            color="gray"
            size="compact-sm"
            className={css.adjust}
            leftSection={<IconAdjustmentsHorizontal size={16} aria-hidden="true" />}
            aria-expanded={isAdjusting}
            aria-controls={panelId}
            aria-label={t('map.adjustColumn', { column: column.name })}
            onClick={() => setIsAdjusting(!isAdjusting)}
          >
            {changes > 0 ? t('map.adjusted', { n: changes }) : t('map.adjust')}
          </Button>
        )}
      </div>
      <div id={panelId} className={css.panel} hidden={!isAdjusting || mapped === null}>
        {isAdjusting && mapped && <Adjust {...{ column, mapped, heading, onChange }} />}
      </div>
      {props.children && <div className={css.panel}>{props.children}</div>}
    </li>
  );
}

/** The first value of a column that arrives without an issue; null if there is none. */
function deliveredSample(preview: PreviewResponse | null, column: string): string | null {
  const value = preview?.rows.map(({ values }) => values[column] ?? null).find((each) => each !== null);
  if (value === undefined || value === null) return null;
  return Array.isArray(value) ? value.join(', ') : String(value);
}

interface ColumnIssuesProps {
  readonly column: string;
  readonly preview: PreviewResponse;
}

/** The most frequent problem of a column in the first rows, with the number of rows. */
function ColumnIssues({ column, preview }: ColumnIssuesProps) {
  const { t } = useWidget();
  const textOf = useIssueText();
  const found = preview.rows.flatMap(({ issues }) => issues.filter(({ columnKey }) => columnKey === column));
  const [first] = found;
  if (!first) return null;
  const same = found.filter(({ code }) => code === first.code);
  const issue = textOf(first);
  return (
    <p className={first.severity === 'error' ? css.error : css.warning}>
      {t('map.problems', { n: same.length, total: preview.rows.length, issue })}
    </p>
  );
}

interface SampleProps {
  readonly column: Column;
  readonly mapped: MappedColumn | null;
  readonly heading: Heading | undefined;
  /** The value after its adjustments. */
  readonly delivered: string | null;
}

function Sample({ column, mapped, heading, delivered }: SampleProps) {
  const { t, formats, timeZone } = useWidget();
  if (mapped === null) return <span className={css.quiet}>{t('map.staysEmpty')}</span>;
  if (!('path' in mapped)) return null;
  if (!heading) return <span className={css.quiet}>{t('map.notInFile')}</span>;
  const sample = delivered ?? heading.samples[0];
  const isDate = column.type === 'date' || column.type === 'date_time';
  const shown =
    sample !== undefined && isDate ? showValue(sample, { kind: 'date', formats, timeZone }).text : sample;
  return (
    <span className={css.sampleText} dir="auto" title={heading.samples.join('\n')}>
      {shown ?? t('map.noSample')}
    </span>
  );
}

interface ConstantProps {
  readonly column: Column;
  readonly mapped: Extract<MappedColumn, { value: string }>;
  readonly onChange: (to: MappedColumn) => void;
}

/** The constant text of a column; a list if the column has options. */
function Constant({ column, mapped, onChange }: ConstantProps) {
  const { t } = useWidget();
  const label = t('map.constantOf', { column: column.name });
  const { options } = column;
  if (column.type === 'select' && options)
    return (
      <Select
        aria-label={label}
        placeholder={t('map.chooseOption')}
        data={options.map(({ value, label: name }) => ({ value, label: name ?? value }))}
        value={mapped.value || null}
        onChange={(value) => onChange({ ...mapped, value: value ?? '' })}
        searchable
      />
    );
  return (
    <TextField
      aria-label={label}
      placeholder={t('map.constantPlaceholder')}
      value={mapped.value}
      onChange={(value) => onChange({ ...mapped, value })}
    />
  );
}

interface CombinedProps {
  readonly column: Column;
  readonly mapped: Extract<MappedColumn, { template: string }>;
  readonly headings: readonly Heading[];
  readonly onChange: (to: MappedColumn) => void;
}

/** A text with placeholders for values of the record. */
function Combined({ column, mapped, headings, onChange }: CombinedProps) {
  const { t } = useWidget();
  return (
    <div className={css.combined}>
      <TextField
        aria-label={t('map.combinedOf', { column: column.name })}
        placeholder="{{title}} – {{author}}"
        value={mapped.template}
        onChange={(template) => onChange({ ...mapped, template })}
      />
      <Select
        aria-label={t('map.insertField')}
        placeholder={t('map.insertField')}
        data={headings.map(({ path, label }) => ({ value: path, label: writeLabel(label) }))}
        value={null}
        searchable
        onChange={(path) => path && onChange({ ...mapped, template: `${mapped.template}{{${path}}}` })}
      />
    </div>
  );
}
