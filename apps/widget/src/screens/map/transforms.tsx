import type { Column, Transform } from '@inlet/contracts';
import { ActionIcon, Button, Checkbox, Select, TextInput } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { useWidget } from '../../session/widget-context.js';
import css from './map.module.css';

export type TransformKind = Transform['kind'];

const FOR_TEXT: readonly TransformKind[] = [
  'strip_html',
  'collapse_spaces',
  'case',
  'replace',
  'replace_pattern',
  'split',
  'default',
];
const FOR_NUMBERS: readonly TransformKind[] = ['number', 'replace', 'split', 'default'];
const FOR_DATES: readonly TransformKind[] = ['date', 'replace', 'default'];
const FOR_CHOICES: readonly TransformKind[] = ['map_values', 'case', 'split', 'default'];

/** What makes sense for a column. Spaces at the ends are never part of a value. */
export function transformsFor({ type }: Column): readonly TransformKind[] {
  if (type === 'integer' || type === 'number') return FOR_NUMBERS;
  if (type === 'date' || type === 'date_time') return FOR_DATES;
  if (type === 'select' || type === 'multi_select' || type === 'boolean') return FOR_CHOICES;
  return FOR_TEXT;
}

export function newTransform(kind: TransformKind, column: Column): Transform {
  switch (kind) {
    case 'trim':
    case 'collapse_spaces':
    case 'strip_html':
      return { kind };
    case 'case':
      return { kind, to: 'lower' };
    case 'replace':
      return { kind, find: ' ', with: ' ' };
    case 'replace_pattern':
      return { kind, pattern: '\\s+', with: ' ' };
    case 'default':
      return { kind, value: '' };
    case 'split':
      return { kind, delimiter: ',', take: 1 };
    case 'number':
      return { kind, decimal: column.decimal ?? ',' };
    case 'date':
      return { kind, formats: ['dd.MM.yyyy'] };
    case 'map_values':
      return { kind, values: [{ from: '', to: column.options?.[0]?.value ?? '' }], otherwise: 'keep' };
  }
}

export interface TransformFieldsProps {
  readonly transform: Transform;
  readonly column: Column;
  readonly samples: readonly string[];
  readonly onChange: (transform: Transform) => void;
  readonly onRemove: () => void;
}

/** One transform with its settings. */
export function TransformFields({ transform, column, samples, onChange, onRemove }: TransformFieldsProps) {
  const { t } = useWidget();
  return (
    <div className={css.transform}>
      <div className={css.transformHead}>
        {t(`transform.${transform.kind}`)}
        <ActionIcon
          variant="subtle"
          color="gray"
          aria-label={t('transform.remove', { name: t(`transform.${transform.kind}`) })}
          onClick={onRemove}
        >
          <IconTrash size={16} aria-hidden="true" />
        </ActionIcon>
      </div>
      <Settings {...{ transform, column, samples, onChange }} />
    </div>
  );
}

type SettingsProps = Omit<TransformFieldsProps, 'onRemove'>;

function Settings({ transform, column, samples, onChange }: SettingsProps) {
  const { t } = useWidget();
  switch (transform.kind) {
    case 'trim':
    case 'collapse_spaces':
    case 'strip_html':
      return null;
    case 'case':
      return (
        <Select
          aria-label={t('transform.case')}
          data={(['lower', 'upper', 'title'] as const).map((value) => ({ value, label: t(`case.${value}`) }))}
          value={transform.to}
          allowDeselect={false}
          onChange={(to) => onChange({ ...transform, to: (to ?? 'lower') as typeof transform.to })}
        />
      );
    case 'replace':
      return (
        <div className={css.fields}>
          <Field
            label={t('transform.find')}
            value={transform.find}
            onChange={(find) => onChange({ ...transform, find })}
          />
          <Field
            label={t('transform.with')}
            value={transform.with}
            onChange={(next) => onChange({ ...transform, with: next })}
          />
          <Checkbox
            className={css.fixed ?? ''}
            label={t('transform.ignoreCase')}
            checked={transform.ignoreCase ?? false}
            onChange={(event) => onChange({ ...transform, ignoreCase: event.currentTarget.checked })}
          />
        </div>
      );
    case 'replace_pattern':
      return (
        <div className={css.fields}>
          <Field
            label={t('transform.pattern')}
            value={transform.pattern}
            onChange={(pattern) => onChange({ ...transform, pattern })}
          />
          <Field
            label={t('transform.with')}
            value={transform.with}
            onChange={(next) => onChange({ ...transform, with: next })}
          />
        </div>
      );
    case 'default':
      return (
        <Field
          label={t('transform.defaultValue')}
          value={transform.value}
          onChange={(value) => onChange({ ...transform, value })}
        />
      );
    case 'split':
      return (
        <div className={css.fields}>
          <Field
            label={t('transform.delimiter')}
            value={transform.delimiter}
            onChange={(delimiter) => onChange({ ...transform, delimiter })}
          />
          <Select
            label={t('transform.take')}
            data={['1', '2', '3', '-1'].map((value) => ({
              value,
              label: t(`take.${value as '1' | '2' | '3' | '-1'}`),
            }))}
            value={String(transform.take)}
            allowDeselect={false}
            onChange={(take) => onChange({ ...transform, take: Number(take ?? 1) })}
          />
        </div>
      );
    case 'number':
      return (
        <Select
          label={t('transform.decimal')}
          data={[
            { value: ',', label: t('decimal.comma') },
            { value: '.', label: t('decimal.point') },
          ]}
          value={transform.decimal}
          allowDeselect={false}
          onChange={(decimal) => onChange({ ...transform, decimal: decimal === '.' ? '.' : ',' })}
        />
      );
    case 'date':
      return (
        <TextInput
          label={t('transform.formats')}
          description={
            samples[0] ? t('transform.formatsSample', { sample: samples[0] }) : t('transform.formatsHelp')
          }
          value={transform.formats.join(' | ')}
          onChange={(event) =>
            onChange({
              ...transform,
              formats: event.currentTarget.value.split('|').map((format) => format.trim()),
            })
          }
        />
      );
    case 'map_values':
      return <ValuePairs {...{ transform, column, onChange }} />;
  }
}

interface ValuePairsProps {
  readonly transform: Extract<Transform, { kind: 'map_values' }>;
  readonly column: Column;
  readonly onChange: (transform: Transform) => void;
}

function ValuePairs({ transform, column, onChange }: ValuePairsProps) {
  const { t } = useWidget();
  const { values } = transform;
  const set = (at: number, changed: Partial<(typeof values)[number]>) =>
    onChange({
      ...transform,
      values: values.map((pair, index) => (index === at ? { ...pair, ...changed } : pair)),
    });
  const options = column.options?.map(({ value, label }) => ({ value, label: label ?? value }));
  return (
    <>
      {values.map((pair, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the order is all that they are known by.
        <div key={index} className={css.fields}>
          <Field label={t('transform.from')} value={pair.from} onChange={(from) => set(index, { from })} />
          {options ? (
            <Select
              label={t('transform.to')}
              data={options}
              value={pair.to}
              allowDeselect={false}
              onChange={(to) => set(index, { to: to ?? '' })}
            />
          ) : (
            <Field label={t('transform.to')} value={pair.to} onChange={(to) => set(index, { to })} />
          )}
          <ActionIcon
            variant="subtle"
            color="gray"
            size={36}
            className={css.fixed ?? ''}
            aria-label={t('transform.removePair')}
            onClick={() => onChange({ ...transform, values: values.filter((_, at) => at !== index) })}
          >
            <IconTrash size={16} aria-hidden="true" />
          </ActionIcon>
        </div>
      ))}
      <Button
        variant="default"
        size="compact-sm"
        className={css.start}
        leftSection={<IconPlus size={16} aria-hidden="true" />}
        onClick={() =>
          onChange({ ...transform, values: [...values, { from: '', to: options?.[0]?.value ?? '' }] })
        }
      >
        {t('transform.addPair')}
      </Button>
    </>
  );
}

function Field({
  label,
  value,
  onChange,
}: {
  label: string;
  value: string;
  onChange: (value: string) => void;
}) {
  return <TextInput label={label} value={value} onChange={(event) => onChange(event.currentTarget.value)} />;
}
