import type { Column, Transform } from '@inlet/contracts';
import { ActionIcon, Checkbox, Select } from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import row from '../../components/field-row.module.css';
import { TextField } from '../../components/text-field.js';
import { useWidget } from '../../session/widget-context.js';
import css from './map.module.css';
import { ValuePairs } from './value-pairs.js';

export interface TransformFieldsProps {
  readonly transform: Transform;
  readonly column: Column;
  readonly samples: readonly string[];
  readonly onChange: (transform: Transform) => void;
  readonly onRemove: () => void;
}

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
        <div className={row.fields}>
          <TextField
            label={t('transform.find')}
            value={transform.find}
            onChange={(find) => onChange({ ...transform, find })}
          />
          <TextField
            label={t('transform.with')}
            value={transform.with}
            onChange={(next) => onChange({ ...transform, with: next })}
          />
          <Checkbox
            className={row.fixed ?? ''}
            label={t('transform.ignoreCase')}
            checked={transform.ignoreCase ?? false}
            onChange={(event) => onChange({ ...transform, ignoreCase: event.currentTarget.checked })}
          />
        </div>
      );
    case 'replace_pattern':
      return (
        <div className={row.fields}>
          <TextField
            label={t('transform.pattern')}
            value={transform.pattern}
            onChange={(pattern) => onChange({ ...transform, pattern })}
          />
          <TextField
            label={t('transform.with')}
            value={transform.with}
            onChange={(next) => onChange({ ...transform, with: next })}
          />
        </div>
      );
    case 'default':
      return (
        <TextField
          label={t('transform.defaultValue')}
          value={transform.value}
          onChange={(value) => onChange({ ...transform, value })}
        />
      );
    case 'split':
      return (
        <div className={row.fields}>
          <TextField
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
        <TextField
          label={t('transform.formats')}
          description={
            samples[0] ? t('transform.formatsSample', { sample: samples[0] }) : t('transform.formatsHelp')
          }
          value={transform.formats.join(' | ')}
          onChange={(formats) =>
            onChange({ ...transform, formats: formats.split('|').map((format) => format.trim()) })
          }
        />
      );
    case 'map_values':
      return <ValuePairs {...{ transform, column, onChange }} />;
  }
}
