import type { Column } from '@inlet/contracts';
import { Button } from '@mantine/core';
import { useEffect, useState } from 'react';
import { isAbort } from '../../api/api-problem.js';
import { ErrorPanel } from '../../components/error-panel.js';
import { Bone } from '../../components/skeletons.js';
import { StepFrame } from '../../components/step-frame.js';
import { TextField } from '../../components/text-field.js';
import { useManual } from '../../manual/manual-context.js';
import { hasHeaderChoice, type ManualHandle } from '../../manual/manual-state.js';
import { useWidget } from '../../session/widget-context.js';
import { filledMapping, isRequired, mappingStatus } from '../../wizard/mapping-status.js';
import { ColumnRow } from './column-row.js';
import { pickerId } from './heading-picker.js';
import css from './map.module.css';

/** From this number of columns, they can be searched. */
const MANY_COLUMNS = 15;

/** The step that asks which column of the file fills which column of the template. */
export function MapFile({ state, dispatch }: ManualHandle) {
  const { t, session } = useWidget();
  const { uploads } = useManual();
  const { template } = session;
  const { upload, mapping, suggestions } = state;
  const [isChecked, setIsChecked] = useState(false);
  const [search, setSearch] = useState('');
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
  const ordered: readonly Column[] = [
    ...template.columns.filter(isRequired),
    ...template.columns.filter((column) => !isRequired(column)),
  ];
  const firstMissing = ordered.find(({ key }) => status.missing.includes(key))?.key;
  const shown = ordered.filter(
    ({ key, name }) =>
      key === firstMissing || `${name} ${key}`.toLowerCase().includes(search.trim().toLowerCase()),
  );
  const suggested = suggestions.filter(({ column }) => mapping[column]).length;
  const unused = upload.headings.filter(
    ({ path }) => !Object.values(mapping).some((mapped) => 'path' in mapped && mapped.path === path),
  );
  const goToMissing = () => {
    setIsChecked(true);
    if (firstMissing) document.getElementById(pickerId(firstMissing))?.focus();
  };
  const goOn = () => {
    if (firstMissing) return goToMissing();
    setIsBusy(true);
    setProblem(null);
    uploads.chooseMapping(upload.id, filledMapping(template, mapping)).then(
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
          <div className={css.tools}>
            {suggested > 0 && <span className={css.quiet}>{t('map.suggested', { n: suggested })}</span>}
            <div className={css.toolButtons}>
              <Button size="compact-sm" variant="default" onClick={() => dispatch({ type: 'clearMapping' })}>
                {t('map.clear')}
              </Button>
              <Button
                size="compact-sm"
                variant="default"
                onClick={() => dispatch({ type: 'applySuggestions' })}
              >
                {t('map.suggest')}
              </Button>
            </div>
          </div>
          {ordered.length >= MANY_COLUMNS && (
            <TextField
              className={css.search ?? ''}
              aria-label={t('map.searchColumns')}
              placeholder={t('map.searchColumns')}
              value={search}
              onChange={setSearch}
            />
          )}
          <div className={css.head} aria-hidden="true">
            <span>{t('map.headColumn')}</span>
            <span>{t('mapFile.headValue')}</span>
            <span>{t('mapFile.headSample')}</span>
          </div>
          {shown.length === 0 && <p className={css.quiet}>{t('map.noColumn')}</p>}
          <ul className={css.rows}>
            {shown.map((column) => (
              <ColumnRow
                key={column.key}
                column={column}
                mapped={mapping[column.key] ?? null}
                suggestion={suggestions.find((each) => each.column === column.key) ?? null}
                headings={upload.headings}
                isMissing={status.missing.includes(column.key)}
                isChecked={isChecked}
                preview={null}
                onChange={(to) => dispatch({ type: 'mapColumn', column: column.key, to })}
              />
            ))}
          </ul>
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
