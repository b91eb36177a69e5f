import { useEffect, useState } from 'react';
import { isAbort } from '../../api/api-problem.js';
import { ErrorPanel } from '../../components/error-panel.js';
import { Bone } from '../../components/skeletons.js';
import { StepFrame } from '../../components/step-frame.js';
import { useManual } from '../../manual/manual-context.js';
import { hasHeaderChoice, type ManualHandle } from '../../manual/manual-state.js';
import { useWidget } from '../../session/widget-context.js';
import { filledMapping, mappingStatus } from '../../wizard/mapping-status.js';
import { ColumnList, requiredFirst } from './column-list.js';
import { CustomColumns } from './custom-columns.js';
import { pickerId } from './heading-picker.js';
import css from './map.module.css';
import { RememberedMapping } from './remembered-mapping.js';
import { hasValueChoices } from './use-column-texts.js';
import { ValueChoices } from './value-choices.js';

/** The step that asks which column of the file fills which column of the template. */
export function MapFile({ state, dispatch }: ManualHandle) {
  const { t, session } = useWidget();
  const { uploads } = useManual();
  const { template } = session;
  const { upload, mapping, suggestions } = state;
  const [isChecked, setIsChecked] = useState(false);
  const [problem, setProblem] = useState<unknown>(null);
  const [isBusy, setIsBusy] = useState(false);
  const [isSuggested, setIsSuggested] = useState(suggestions.length > 0);
  const uploadId = upload?.id ?? null;

  // biome-ignore lint/correctness/useExhaustiveDependencies: runs once, when the step opens.
  useEffect(() => {
    if (uploadId === null || isSuggested) return;
    const controller = new AbortController();
    uploads.suggest(uploadId, controller.signal).then(
      (suggested) => {
        dispatch({ type: 'receiveSuggestions', suggested });
        setIsSuggested(true);
      },
      (failure: unknown) => {
        if (!isAbort(failure)) setProblem(failure);
      },
    );
    return () => controller.abort();
  }, []);

  if (!upload) return null;
  const status = mappingStatus(template, mapping);
  const firstMissing = requiredFirst(template.columns).find(({ key }) => status.missing.includes(key))?.key;
  const free = upload.headings.filter(
    ({ path }) => !Object.values(mapping).some((mapped) => 'path' in mapped && mapped.path === path),
  );
  const customColumns = free.map(({ path }) => path).filter((path) => state.customColumns.includes(path));
  const unused = free.filter(({ path }) => !customColumns.includes(path));
  const goToMissing = () => {
    setIsChecked(true);
    if (firstMissing) document.getElementById(pickerId(firstMissing))?.focus();
  };
  const goOn = () => {
    if (firstMissing) return goToMissing();
    setIsBusy(true);
    setProblem(null);
    uploads.chooseMapping(upload.id, { mapping: filledMapping(template, mapping), customColumns }).then(
      (changed) => {
        dispatch({ type: 'receiveUpload', upload: changed });
        dispatch({ type: 'goToStep', step: 'review' });
      },
      (failure: unknown) => {
        setProblem(failure);
        setIsBusy(false);
      },
    );
  };
  return (
    <StepFrame
      title={t('mapFile.title')}
      why={t('mapFile.why')}
      onBack={() => dispatch({ type: 'goToStep', step: hasHeaderChoice(upload) ? 'header' : 'upload' })}
      primary={t('common.next')}
      isPrimaryDisabled={status.mapped === 0}
      isBusy={isBusy}
      onSubmit={goOn}
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
      {problem ? <ErrorPanel problem={problem} /> : null}
      {!isSuggested && !problem ? (
        <Bone height={320} />
      ) : (
        <>
          <RememberedMapping {...{ state, dispatch }} />
          <ColumnList
            mapping={mapping}
            suggestions={suggestions}
            headings={upload.headings}
            missing={status.missing}
            isChecked={isChecked}
            preview={null}
            titles={{ value: t('mapFile.headValue'), sample: t('mapFile.headSample') }}
            onChange={(column, to) => dispatch({ type: 'mapColumn', column, to })}
            below={(column, mapped) =>
              hasValueChoices(column, mapped) ? (
                <ValueChoices
                  {...{ upload, column, mapped }}
                  onChange={(to) => dispatch({ type: 'mapColumn', column: column.key, to })}
                />
              ) : null
            }
            onClear={() => dispatch({ type: 'clearMapping' })}
            onSuggest={() => dispatch({ type: 'applySuggestions' })}
          />
          {template.allowCustomColumns && free.length > 0 && (
            <CustomColumns
              headings={free}
              chosen={customColumns}
              onChange={(paths) => dispatch({ type: 'chooseCustomColumns', paths })}
            />
          )}
          {unused.length > 0 && (
            <p className={css.quiet}>
              {t('mapFile.unused', { n: unused.length, names: unused.map(({ label }) => label).join(', ') })}
            </p>
          )}
        </>
      )}
    </StepFrame>
  );
}
