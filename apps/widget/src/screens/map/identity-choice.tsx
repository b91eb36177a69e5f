import type { Column, IdentityCheck } from '@inlet/contracts';
import { MultiSelect, Radio } from '@mantine/core';
import { useWidget } from '../../session/widget-context.js';
import type { IdentityForm } from '../../wizard/selection-form.js';
import { IdentityFinding } from './identity-finding.js';
import css from './row-options.module.css';

const BASES = ['template', 'feed', 'columns', 'content'] as const;
const MOST_COLUMNS = 10;

export interface IdentityChoiceProps {
  readonly identity: IdentityForm;
  /** The columns that have values. */
  readonly columns: readonly Column[];
  /** The check of the first items; null before it is known. */
  readonly check: IdentityCheck | null;
  readonly isStale: boolean;
  readonly onChange: (identity: IdentityForm) => void;
}

/** What makes a row of the next run the same as one of this run. */
export function IdentityChoice({ identity, columns, check, isStale, onChange }: IdentityChoiceProps) {
  const { t, session, formats } = useWidget();
  const { template } = session;
  const names = template.columns.filter(({ key }) => template.identity.includes(key)).map(({ name }) => name);
  const automatic =
    names.length > 0
      ? t('identity.templateColumns', { columns: formats.list(names) })
      : t('identity.templateFeed');
  const unmapped = template.columns.filter(
    ({ key }) => identity.columns.includes(key) && !columns.some((column) => column.key === key),
  );
  const problem =
    unmapped.length > 0
      ? t('identity.unmapped', { columns: formats.list(unmapped.map(({ name }) => name)) })
      : identity.columns.length === 0 && t('identity.chooseOne');
  const isChosen = identity.by !== 'columns' || identity.columns.length > 0;
  return (
    <div className={css.panel}>
      <Radio.Group
        label={t('identity.label')}
        description={t('identity.help')}
        value={identity.by}
        onChange={(by) => onChange({ ...identity, by: by as IdentityForm['by'] })}
      >
        <div className={css.choices}>
          {BASES.map((by) => (
            <Radio
              key={by}
              value={by}
              label={t(`identity.${by}`)}
              description={
                by === 'template' ? automatic : by === 'content' ? t('identity.contentHelp') : undefined
              }
            />
          ))}
        </div>
      </Radio.Group>
      {identity.by === 'columns' && (
        <MultiSelect
          label={t('identity.choose')}
          data={[...columns, ...unmapped].map(({ key, name }) => ({ value: key, label: name }))}
          value={[...identity.columns]}
          searchable
          maxValues={MOST_COLUMNS}
          error={problem}
          onChange={(chosen) => onChange({ ...identity, columns: chosen })}
        />
      )}
      {isChosen && check !== null && check.items > 0 && (
        <IdentityFinding check={check} identity={identity} isStale={isStale} />
      )}
    </div>
  );
}
