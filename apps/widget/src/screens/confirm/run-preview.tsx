import type { ChangeDetection, HeldRule, RunCounts } from '@inlet/contracts';
import { Button } from '@mantine/core';
import { useState } from 'react';
import { ErrorPanel } from '../../components/error-panel.js';
import { IssuesTable } from '../../components/issues-table.js';
import { Notice } from '../../components/notice.js';
import { RunEffect } from '../../components/run-effect.js';
import { Bone } from '../../components/skeletons.js';
import { SourceWarnings } from '../../components/source-warnings.js';
import type { DryRun } from '../../session/use-dry-run.js';
import { isRunning } from '../../session/use-follow-run.js';
import { useWidget } from '../../session/widget-context.js';
import { problemOf } from '../../texts/error-texts.js';
import css from './confirm.module.css';

export interface RunPreviewProps {
  readonly dryRun: DryRun;
  /** An existing import is changed. */
  readonly isChange: boolean;
  readonly send: ChangeDetection['send'];
}

/** The result of the dry run: the effect of the first run of a new import, or of the next run of a changed one. */
export function RunPreview({ dryRun: { run, problem, retry }, isChange, send }: RunPreviewProps) {
  const { t, formats } = useWidget();
  const about = isChange ? 'nextRun' : 'first';
  const [isShown, setIsShown] = useState(false);
  if (problem) return <ErrorPanel problem={problem} onRetry={retry} />;
  if (!run || isRunning(run.outcome))
    return (
      <section className={css.first} aria-busy="true" aria-label={t(`${about}.label`)}>
        <p className={css.quiet} role="status">
          {run && run.counts.records > 0
            ? t('first.reading', { n: run.counts.records, size: formats.bytes(run.counts.bytes) })
            : t(`${about}.starting`)}
        </p>
        <Bone height={6} />
        <Bone width={240} />
      </section>
    );
  if (run.outcome === 'cancelled') return null;
  const { counts, error } = run;
  const isStopped = error?.code.startsWith('run_held_') ?? false;
  if (error && !isStopped) return <ErrorPanel problem={problemOf(error)} onRetry={retry} />;
  const rows = sentRows(counts, send);
  // No new rows are normal for an import that has run before.
  const isWarning = error !== null || counts.invalid > 0 || (rows === 0 && counts.notSent === 0 && !isChange);
  return (
    <section className={css.first} aria-label={t(`${about}.label`)}>
      <Notice
        tone={isWarning ? 'warn' : 'good'}
        title={rows === 0 ? t(`${about}.nothing`) : t(`${about}.rows`, { n: rows })}
        isAlert
      >
        {error && <p>{t(`error.${guardRailCode(error.code)}.title`)}</p>}
        {counts.invalid > 0 && (
          <p>
            {t('first.invalid', { n: counts.invalid })}{' '}
            <Button
              size="compact-sm"
              variant="default"
              aria-expanded={isShown}
              onClick={() => setIsShown(!isShown)}
            >
              {t(isShown ? 'first.hide' : 'first.see')}
            </Button>
          </p>
        )}
        {counts.excluded > 0 && <p>{t('first.excluded', { n: counts.excluded })}</p>}
        {counts.notSent > 0 && <p>{t('first.notSent', { n: counts.notSent })}</p>}
        {counts.duplicates > 0 && <p>{t('first.duplicates', { n: counts.duplicates })}</p>}
      </Notice>
      <RunEffect counts={counts} />
      <SourceWarnings warnings={run.warnings} />
      {isShown && <IssuesTable runId={run.id} total={counts.issues} />}
    </section>
  );
}

function sentRows(
  { created, updated, unchanged, removed }: RunCounts,
  send: ChangeDetection['send'],
): number {
  if (send === 'new') return created + removed;
  return created + updated + removed + (send === 'all' ? unchanged : 0);
}

const guardRailCode = (code: string) => code as `run_held_${HeldRule}`;
