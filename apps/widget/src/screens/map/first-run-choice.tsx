import type { FirstRun } from '@inlet/contracts';
import { Radio } from '@mantine/core';
import { TextField } from '../../components/text-field.js';
import { useWidget } from '../../session/widget-context.js';
import css from './row-options.module.css';

const KINDS = ['all', 'none', 'newest'] as const;
type Kind = (typeof KINDS)[number];

const DEFAULT_NEWEST = 10;
const MOST_NEWEST = 10_000;

export interface FirstRunChoiceProps {
  readonly firstRun: FirstRun;
  readonly onChange: (firstRun: FirstRun) => void;
}

/** Which items that are in the source already the first run imports. */
export function FirstRunChoice({ firstRun, onChange }: FirstRunChoiceProps) {
  const { t } = useWidget();
  const kind: Kind = typeof firstRun === 'string' ? firstRun : 'newest';
  const setNewest = (text: string) => {
    const newest = Math.min(MOST_NEWEST, Math.max(1, Number.parseInt(text, 10) || 1));
    onChange({ newest });
  };
  return (
    <div className={css.panel}>
      <Radio.Group
        label={t('firstRun.label')}
        value={kind}
        onChange={(next) =>
          onChange(next === 'newest' ? { newest: DEFAULT_NEWEST } : (next as 'all' | 'none'))
        }
      >
        <div className={css.choices}>
          {KINDS.map((each) => (
            <Radio key={each} value={each} label={t(`firstRun.${each}`)} />
          ))}
        </div>
      </Radio.Group>
      {typeof firstRun === 'object' && (
        <TextField
          label={t('firstRun.count')}
          description={t('firstRun.countHelp')}
          type="number"
          min={1}
          max={MOST_NEWEST}
          value={String(firstRun.newest)}
          styles={{ input: { width: 120 } }}
          onChange={setNewest}
        />
      )}
    </div>
  );
}
