import type { Column, Transform } from '@inlet/contracts';
import { ActionIcon, Button, Select } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { TextField } from '../../components/text-field.js';
import { useWidget } from '../../session/widget-context.js';
import css from './map.module.css';

export interface ValuePairsProps {
  readonly transform: Extract<Transform, { kind: 'map_values' }>;
  readonly column: Column;
  readonly onChange: (transform: Transform) => void;
}

/** The table of values in the file and what they become; a list if the column has options. */
export function ValuePairs({ transform, column, onChange }: ValuePairsProps) {
  const { t } = useWidget();
  const { values } = transform;
  const change = (at: number, changed: Partial<(typeof values)[number]>) =>
    onChange({
      ...transform,
      values: values.map((pair, index) => (index === at ? { ...pair, ...changed } : pair)),
    });
  const options = column.options?.map(({ value, label }) => ({ value, label: label ?? value }));
  return (
    <>
      {values.map((pair, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: pairs have no identity besides their order.
        <div key={index} className={css.fields}>
          <TextField
            label={t('transform.from')}
            value={pair.from}
            onChange={(from) => change(index, { from })}
          />
          {options ? (
            <Select
              label={t('transform.to')}
              data={options}
              value={pair.to}
              allowDeselect={false}
              onChange={(to) => change(index, { to: to ?? '' })}
            />
          ) : (
            <TextField label={t('transform.to')} value={pair.to} onChange={(to) => change(index, { to })} />
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
