import type { Column } from '@inlet/contracts';
import { MultiSelect, Radio } from '@mantine/core';
import { useWidget } from '../../session/widget-context.js';
import type { IdentityForm } from '../../wizard/selection-form.js';
import { IdentityFinding, type IdentityResult } from './identity-finding.js';
import css from './row-options.module.css';

const BASES = ['template', 'feed', 'columns', 'content'] as const;
const MOST_COLUMNS = 10;

export interface IdentityChoiceProps {
  readonly identity: IdentityForm;
  /** The columns that have values. */
  readonly columns: readonly Column[];
  /** The check of the first items; null before it is known. */
  readonly result: IdentityResult | null;
  /** The names of the fields that the checked identity uses; null if they have none. */
  readonly names: readonly string[] | null;
  readonly isStale: boolean;
  readonly onChange: (identity: IdentityForm) => void;
}

/** What makes a row of the next run the same as one of this run. */
export function IdentityChoice(props: IdentityChoiceProps) {
  const { identity, columns, result, names, isStale, onChange } = props;
  const { t, session, formats } = useWidget();
  const { template } = session;
  const templateNames = template.columns
    .filter(({ key }) => template.identity.includes(key))
    .map(({ name }) => name);
  const automatic =
    templateNames.length > 0
      ? t('identity.templateColumns', { columns: formats.list(templateNames) })
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
      {isChosen && result !== null && result.check.items > 0 && (
        <IdentityFinding
          result={result}
          identity={identity}
          names={names}
          isStale={isStale}
          nameOfColumn={(key) => template.columns.find((column) => column.key === key)?.name ?? key}
          onChange={onChange}
        />
      )}
    </div>
  );
}
