import { Button } from '@mantine/core';
import { useEffect, useState } from 'react';
import { ErrorPanel } from '../../components/error-panel.js';
import { StepFrame } from '../../components/step-frame.js';
import { useLook } from '../../session/use-look.js';
import { usePreview } from '../../session/use-preview.js';
import { useWidget } from '../../session/widget-context.js';
import { filledMapping, mappingStatus } from '../../wizard/mapping-status.js';
import { LookProgress } from '../configure/look-progress.js';
import type { StepProps } from '../wizard.js';
import { ColumnRow } from './column-row.js';
import { idOfPicker } from './heading-picker.js';
import css from './map.module.css';
import { PreviewTable } from './preview-table.js';

/** Which value goes where? */
export function MapColumns({ state, dispatch }: StepProps) {
  const { t, session } = useWidget();
  const { template } = session;
  const { look: found, mapping, suggestions } = state;
  const [isChecked, setIsChecked] = useState(false);
  const { looking, look, cancel } = useLook({ state, dispatch });
  const status = mappingStatus(template, mapping);
  // What is required and missing is previewed as empty, so that the other columns can be seen.
  const empty = status.missing.map((column) => ({ column, value: '' }));
  const filled = filledMapping(template, mapping);
  const preview = usePreview(state, filled.length === 0 ? [] : [...filled, ...empty]);
  const [firstMissing] = status.missing;

  // A job that is edited has a mapping, and no look at its source yet.
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, at the beginning.
  useEffect(() => {
    if (!found) void look(state.editing ? { recordPath: state.editing.recordPath } : undefined);
  }, []);

  const goToMissing = () => {
    setIsChecked(true);
    if (firstMissing) document.getElementById(idOfPicker(firstMissing))?.focus();
  };
  const suggested = suggestions.filter(({ column }) => mapping[column]).length;
  return (
    <StepFrame
      title={t('map.title')}
      why={t('map.why')}
      onBack={() => dispatch({ type: 'wentBack' })}
      primary={t('common.next')}
      isPrimaryDisabled={status.mapped === 0}
      onSubmit={() => (firstMissing ? goToMissing() : dispatch({ type: 'wentTo', step: 'schedule' }))}
      status={
        <>
          {t('map.status', { n: status.total, mapped: status.mapped })}
          {firstMissing && (
            <button type="button" className={css.missing} onClick={goToMissing}>
              {t('map.missing', { n: status.missing.length })}
            </button>
          )}
        </>
      }
    >
      {looking.state === 'looking' && <LookProgress looking={looking} onCancel={cancel} />}
      {looking.state === 'failed' && (
        <ErrorPanel
          problem={looking.problem}
          url={looking.url}
          onRetry={() => void look()}
          actions={
            <Button
              size="compact-sm"
              variant="default"
              onClick={() => dispatch({ type: 'wentTo', step: 'configure' })}
            >
              {t('map.toSource')}
            </Button>
          }
        />
      )}
      {found && (
        <>
          <div className={css.tools}>
            {suggested > 0 && <span className={css.quiet}>{t('map.suggested', { n: suggested })}</span>}
            <Button size="compact-sm" variant="default" onClick={() => dispatch({ type: 'mappingCleared' })}>
              {t('map.clear')}
            </Button>
            <Button
              size="compact-sm"
              variant="default"
              onClick={() =>
                dispatch({
                  type: 'suggestionsTaken',
                  mapping: suggestions.map(({ column, path, repeat }) => ({
                    column,
                    path,
                    ...(repeat && { repeat }),
                  })),
                })
              }
            >
              {t('map.suggest')}
            </Button>
          </div>
          <ul className={css.rows}>
            {template.columns.map((column) => (
              <ColumnRow
                key={column.key}
                column={column}
                mapped={mapping[column.key] ?? null}
                suggestion={suggestions.find((each) => each.column === column.key) ?? null}
                headings={found.outline.headings}
                isMissing={status.missing.includes(column.key)}
                isChecked={isChecked}
                onChange={(to) => dispatch({ type: 'mapped', column: column.key, to })}
              />
            ))}
          </ul>
          <PreviewTable preview={preview} columns={template.columns} mapping={mapping} />
        </>
      )}
    </StepFrame>
  );
}
