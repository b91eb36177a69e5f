import type { SourceWarningView } from '@inlet/contracts';
import { Button } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import { ErrorPanel } from '../../components/error-panel.js';
import { OutlineProgressPanel } from '../../components/outline-progress-panel.js';
import { SourceWarnings } from '../../components/source-warnings.js';
import { StepFrame } from '../../components/step-frame.js';
import { useOutline } from '../../session/use-outline.js';
import { usePreview } from '../../session/use-preview.js';
import { useWidget } from '../../session/widget-context.js';
import { filledMapping, mappingStatus } from '../../wizard/mapping-status.js';
import { toFilter, toIdentity } from '../../wizard/selection-form.js';
import type { WizardHandle } from '../../wizard/state.js';
import { ColumnList, requiredFirst } from './column-list.js';
import { pickerId } from './heading-picker.js';
import css from './map.module.css';
import { PreviewTable } from './preview-table.js';
import { RowOptions } from './row-options.js';

/** The warnings that come with the mapping. The step before has shown those of the file, and the rows below those of the identity. */
const mappingWarnings = (warnings: readonly SourceWarningView[], known: readonly SourceWarningView[]) =>
  warnings.filter(
    ({ code, message }) => !code.startsWith('identity_') && !known.some((each) => each.message === message),
  );

/** The step that asks which value fills which column. */
export function MapColumns({ state, dispatch }: WizardHandle) {
  const { t, session } = useWidget();
  const { template } = session;
  const { found, mapping, suggestions } = state;
  const [isChecked, setIsChecked] = useState(false);
  const previewRef = useRef<HTMLDivElement>(null);
  const { outlineStatus, loadOutline, cancel } = useOutline({ state, dispatch });
  const status = mappingStatus(template, mapping);
  // The server refuses a preview without required columns, so the missing ones are previewed as empty.
  const empty = status.missing.map((column) => ({ column, value: '' }));
  const filled = filledMapping(template, mapping);
  const preview = usePreview(state, {
    mapping: filled.length === 0 ? [] : [...filled, ...empty],
    identity: toIdentity(state.selection.identity),
    filter: toFilter(state.selection.filter, template.columns),
  });
  const firstMissing = requiredFirst(template.columns).find(({ key }) => status.missing.includes(key))?.key;

  // An edited job has a mapping but no outline of its source yet.
  // biome-ignore lint/correctness/useExhaustiveDependencies: runs once, when the step opens.
  useEffect(() => {
    if (!found) void loadOutline(state.editing ? { recordPath: state.editing.recordPath } : undefined);
  }, []);

  const goToMissing = () => {
    setIsChecked(true);
    if (firstMissing) document.getElementById(pickerId(firstMissing))?.focus();
  };
  return (
    <StepFrame
      title={t('map.title')}
      why={t('map.why')}
      onBack={() => dispatch({ type: 'goBack' })}
      primary={t('common.next')}
      isPrimaryDisabled={status.mapped === 0}
      onSubmit={() => (firstMissing ? goToMissing() : dispatch({ type: 'goToStep', step: 'schedule' }))}
      status={
        <>
          {t('map.status', { n: status.total, mapped: status.mapped })}
          <button
            type="button"
            className={css.toPreview}
            onClick={() => previewRef.current?.scrollIntoView()}
          >
            {t('map.seePreview')}
          </button>
          {firstMissing && (
            <button type="button" className={css.missing} onClick={goToMissing}>
              {t('map.missing', { n: status.missing.length })}
            </button>
          )}
        </>
      }
    >
      {outlineStatus.state === 'reading' && <OutlineProgressPanel status={outlineStatus} onCancel={cancel} />}
      {outlineStatus.state === 'failed' && (
        <ErrorPanel
          problem={outlineStatus.problem}
          url={outlineStatus.address}
          onRetry={() => void loadOutline()}
          actions={
            <Button
              size="compact-sm"
              variant="default"
              onClick={() => dispatch({ type: 'goToStep', step: 'configure' })}
            >
              {t('map.toSource')}
            </Button>
          }
        />
      )}
      {found && (
        <>
          <ColumnList
            mapping={mapping}
            suggestions={suggestions}
            headings={found.outline.headings}
            missing={status.missing}
            isChecked={isChecked}
            preview={preview.isStale ? null : preview.rows}
            titles={{ value: t('map.headValue'), sample: t('map.headSample') }}
            onChange={(column, to) => dispatch({ type: 'mapColumn', column, to })}
            onClear={() => dispatch({ type: 'clearMapping' })}
            onSuggest={() =>
              dispatch({
                type: 'applySuggestions',
                mapping: suggestions.map(
                  ({ label: _label, score: _score, reason: _reason, ...mapped }) => mapped,
                ),
              })
            }
          />
          <SourceWarnings warnings={mappingWarnings(preview.rows?.warnings ?? [], found.outline.warnings)} />
          <RowOptions state={state} dispatch={dispatch} preview={preview} />
          <div ref={previewRef} className={css.previewAnchor}>
            <PreviewTable preview={preview} columns={template.columns} mapping={mapping} />
          </div>
        </>
      )}
    </StepFrame>
  );
}
