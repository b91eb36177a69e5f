import { ActionIcon, Button } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import css from './editable-list.module.css';
import row from './field-row.module.css';

export interface EditableListProps<Item> {
  readonly items: readonly Item[];
  readonly addLabel: string;
  readonly removeLabel: string;
  /** Returns the item that the button below the list adds; null disables the button. */
  readonly newItem: () => Item | null;
  readonly onChange: (items: Item[]) => void;
  /** Renders the fields of one item. */
  readonly children: (item: Item, update: (changed: Partial<Item>) => void) => ReactNode;
}

/** Rows of fields that can be added and removed. */
export function EditableList<Item>(props: EditableListProps<Item>) {
  const { items, addLabel, removeLabel, newItem, onChange, children } = props;
  const added = newItem();
  return (
    <div className={css.list}>
      {items.map((item, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: items have no identity besides their order.
        <div key={index} className={css.item}>
          <div className={row.fields}>
            {children(item, (changed) =>
              onChange(items.map((each, at) => (at === index ? { ...each, ...changed } : each))),
            )}
          </div>
          <ActionIcon
            variant="subtle"
            color="gray"
            size={36}
            aria-label={removeLabel}
            onClick={() => onChange(items.filter((_, at) => at !== index))}
          >
            <IconTrash size={16} aria-hidden="true" />
          </ActionIcon>
        </div>
      ))}
      <Button
        variant="default"
        size="compact-sm"
        className={css.add}
        disabled={added === null}
        leftSection={<IconPlus size={16} aria-hidden="true" />}
        onClick={() => added !== null && onChange([...items, added])}
      >
        {addLabel}
      </Button>
    </div>
  );
}
