import type { Column, Heading, MappedColumn, Repeat, Transform } from '@inlet/contracts';
import { Button, Menu, Select } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import row from '../../components/field-row.module.css';
import { TextField } from '../../components/text-field.js';
import { useWidget } from '../../session/widget-context.js';
import { newTransform, transformsFor } from '../../wizard/new-transform.js';
import css from './map.module.css';
import { TransformFields } from './transform-fields.js';

const REPEATS: readonly Repeat[] = ['first', 'last', 'join', 'count'];

export interface AdjustProps {
  readonly column: Column;
  readonly mapped: MappedColumn;
  readonly heading: Heading | undefined;
  readonly onChange: (to: MappedColumn) => void;
}

/** The settings for the values of one column: which of several to take, and the transforms. */
export function Adjust({ column, mapped, heading, onChange }: AdjustProps) {
  const { t } = useWidget();
  const transforms = mapped.transforms ?? [];
  const setTransforms = (next: readonly Transform[]) => {
    const { transforms: _, ...rest } = mapped;
    onChange(next.length === 0 ? rest : { ...rest, transforms: [...next] });
  };
  return (
    <div className={css.adjusting}>
      {'path' in mapped && (heading?.repeats || mapped.repeat) && (
        <div className={row.fields}>
          <Select
            label={t('adjust.repeat')}
            data={REPEATS.map((value) => ({ value, label: t(`repeat.${value}.long`) }))}
            value={mapped.repeat ?? 'first'}
            allowDeselect={false}
            onChange={(value) => onChange({ ...mapped, repeat: (value ?? 'first') as Repeat })}
          />
          {mapped.repeat === 'join' && (
            <TextField
              label={t('adjust.delimiter')}
              value={mapped.delimiter ?? ', '}
              maxLength={10}
              onChange={(delimiter) => onChange({ ...mapped, delimiter })}
            />
          )}
        </div>
      )}
      {transforms.map((transform, index) => (
        <TransformFields
          // biome-ignore lint/suspicious/noArrayIndexKey: transforms have no identity besides their order.
          key={index}
          transform={transform}
          column={column}
          samples={heading?.samples ?? []}
          onChange={(next) => setTransforms(transforms.map((each, at) => (at === index ? next : each)))}
          onRemove={() => setTransforms(transforms.filter((_, at) => at !== index))}
        />
      ))}
      <Menu position="bottom-start" withinPortal>
        <Menu.Target>
          <Button
            variant="default"
            size="compact-sm"
            className={css.start}
            leftSection={<IconPlus size={16} aria-hidden="true" />}
          >
            {t('adjust.add')}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {transformsFor(column).map((kind) => (
            <Menu.Item key={kind} onClick={() => setTransforms([...transforms, newTransform(kind, column)])}>
              {t(`transform.${kind}`)}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
    </div>
  );
}
