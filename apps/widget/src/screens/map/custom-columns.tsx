import type { Heading } from '@inlet/contracts';
import { Checkbox } from '@mantine/core';
import { useWidget } from '../../session/widget-context.js';
import { writeLabel } from '../../texts/write-label.js';
import css from './map.module.css';

/** Equal to that of the contracts. */
const MOST_CUSTOM_COLUMNS = 50;

export interface CustomColumnsProps {
  /** Columns of the file that belong to no column of the template. */
  readonly headings: readonly Heading[];
  /** Their paths. */
  readonly chosen: readonly string[];
  readonly onChange: (paths: readonly string[]) => void;
}

/** The further columns of the file that are kept. */
export function CustomColumns({ headings, chosen, onChange }: CustomColumnsProps) {
  const { t } = useWidget();
  return (
    <Checkbox.Group
      label={t('custom.label')}
      description={t('custom.help')}
      value={[...chosen]}
      onChange={(paths) => onChange(paths.slice(0, MOST_CUSTOM_COLUMNS))}
    >
      <div className={css.customColumns}>
        {headings.map(({ path, label }) => (
          <Checkbox key={path} value={path} label={writeLabel(label)} />
        ))}
      </div>
    </Checkbox.Group>
  );
}
