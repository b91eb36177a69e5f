import type { Column, Transform } from '@inlet/contracts';
import { Select } from '@mantine/core';
import { EditableList } from '../../components/editable-list.js';
import { TextField } from '../../components/text-field.js';
import { useWidget } from '../../session/widget-context.js';

export interface ValuePairsProps {
  readonly transform: Extract<Transform, { kind: 'map_values' }>;
  readonly column: Column;
  readonly onChange: (transform: Transform) => void;
}

/** The table of values in the file and what they become; a list if the column has options. */
export function ValuePairs({ transform, column, onChange }: ValuePairsProps) {
  const { t } = useWidget();
  const options = column.options?.map(({ value, label }) => ({ value, label: label ?? value }));
  return (
    <EditableList
      items={transform.values}
      addLabel={t('transform.addPair')}
      removeLabel={t('transform.removePair')}
      newItem={() => ({ from: '', to: options?.[0]?.value ?? '' })}
      onChange={(values) => onChange({ ...transform, values })}
    >
      {(pair, update) => (
        <>
          <TextField label={t('transform.from')} value={pair.from} onChange={(from) => update({ from })} />
          {options ? (
            <Select
              label={t('transform.to')}
              data={options}
              value={pair.to}
              allowDeselect={false}
              onChange={(to) => update({ to: to ?? '' })}
            />
          ) : (
            <TextField label={t('transform.to')} value={pair.to} onChange={(to) => update({ to })} />
          )}
        </>
      )}
    </EditableList>
  );
}
