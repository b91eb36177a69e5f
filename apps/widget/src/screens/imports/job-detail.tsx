import type { WidgetFeedJobView } from '@inlet/contracts';
import { describeSource } from '@inlet/contracts/sources';
import { Button } from '@mantine/core';
import {
  IconArrowLeft,
  IconPencil,
  IconPlayerPause,
  IconPlayerPlay,
  IconRefresh,
  IconTrash,
} from '@tabler/icons-react';
import { type RefObject, useEffect, useRef, useState } from 'react';
import { isAbort } from '../../api/api-problem.js';
import { ErrorPanel } from '../../components/error-panel.js';
import { LiveRun } from '../../components/live-run.js';
import { Notice } from '../../components/notice.js';
import { JobStatus } from '../../components/pills.js';
import { Bone } from '../../components/skeletons.js';
import { useFollowRun } from '../../session/use-follow-run.js';
import { useWidget } from '../../session/widget-context.js';
import { problemOf } from '../../texts/error-texts.js';
import { DeleteQuestion } from './delete-question.js';
import { HeldRun } from './held-run.js';
import css from './imports.module.css';
import { RunHistory } from './run-history.js';
import { useJobActions } from './use-job-actions.js';

export interface JobDetailProps {
  readonly jobId: string;
  readonly onBack: () => void;
  readonly onEdit: (job: WidgetFeedJobView) => void;
  readonly onDeleted: (jobId: string) => void;
}

/** One import: its settings, its current run and its history. */
export function JobDetail({ jobId, onBack, onEdit, onDeleted }: JobDetailProps) {
  const { t, api } = useWidget();
  const [job, setJob] = useState<WidgetFeedJobView | null>(null);
  const [problem, setProblem] = useState<unknown>(null);
  const [attempt, setAttempt] = useState(0);
  const title = useRef<HTMLHeadingElement>(null);

  // biome-ignore lint/correctness/useExhaustiveDependencies: each attempt loads it again.
  useEffect(() => {
    const controller = new AbortController();
    setProblem(null);
    api
      .getJob(jobId, controller.signal)
      .then(setJob, (failure: unknown) => isAbort(failure) || setProblem(failure));
    return () => controller.abort();
  }, [api, jobId, attempt]);
  const isLoaded = job !== null;
  useEffect(() => {
    if (isLoaded) title.current?.focus();
  }, [isLoaded]);

  return (
    <main className={css.page}>
      <Button
        variant="subtle"
        color="gray"
        size="compact-sm"
        className={css.backLink}
        leftSection={<IconArrowLeft size={16} className={css.arrow} aria-hidden="true" />}
        onClick={onBack}
      >
        {t('imports.title')}
      </Button>
      {problem ? <ErrorPanel problem={problem} onRetry={() => setAttempt(attempt + 1)} /> : null}
      {!job && !problem && (
        <div className={css.bones} aria-busy="true">
          <Bone width={260} height={24} />
          <Bone height={120} />
        </div>
      )}
      {job && (
        <Job
          job={job}
          titleRef={title}
          onChanged={setJob}
          onProblem={setProblem}
          onEdit={() => onEdit(job)}
          onRunFinished={() => setAttempt((before) => before + 1)}
          onDeleted={() => {
            onDeleted(job.id);
            onBack();
          }}
        />
      )}
    </main>
  );
}

interface JobProps {
  readonly job: WidgetFeedJobView;
  readonly titleRef: RefObject<HTMLHeadingElement | null>;
  readonly onChanged: (job: WidgetFeedJobView) => void;
  readonly onProblem: (problem: unknown) => void;
  readonly onEdit: () => void;
  readonly onRunFinished: () => void;
  readonly onDeleted: () => void;
}

function Job({ job, titleRef, onChanged, onProblem, onEdit, onRunFinished, onDeleted }: JobProps) {
  const { t, formats, session } = useWidget();
  const columns = job.columns ?? session.template.columns;
  const [isDeleting, setIsDeleting] = useState(false);
  const [startedRunId, setStartedRunId] = useState<string | null>(null);
  const [finishedRuns, setFinishedRuns] = useState(0);
  const [decisions, setDecisions] = useState(0);
  const reload = () => {
    setFinishedRuns((before) => before + 1);
    onRunFinished();
  };
  const run = useFollowRun(startedRunId ?? job.activeRunId, reload, decisions);
  const actions = useJobActions({ job, onChanged, onProblem, onRun: ({ id }) => setStartedRunId(id) });
  return (
    <>
      <div className={css.head}>
        <div className={css.headText}>
          <h1 className={css.title} tabIndex={-1} ref={titleRef}>
            {job.label}
          </h1>
          <JobStatus job={job} />
        </div>
        <div className={css.buttons}>
          {job.status === 'active' && (
            <Button
              // A held run has the primary button.
              variant={job.heldRunId === null ? 'filled' : 'default'}
              leftSection={<IconRefresh size={16} aria-hidden="true" />}
              onClick={actions.runNow}
            >
              {t('imports.runNow')}
            </Button>
          )}
          {job.status === 'active' && (
            <Button
              variant="default"
              leftSection={<IconPlayerPause size={16} aria-hidden="true" />}
              onClick={actions.pause}
            >
              {t('imports.pause')}
            </Button>
          )}
          {job.status === 'paused' && (
            <Button leftSection={<IconPlayerPlay size={16} aria-hidden="true" />} onClick={actions.resume}>
              {t('imports.resume')}
            </Button>
          )}
          <Button
            variant="default"
            leftSection={<IconPencil size={16} aria-hidden="true" />}
            onClick={onEdit}
          >
            {t(job.status === 'draft' ? 'imports.finish' : 'common.edit')}
          </Button>
          <Button
            variant="default"
            leftSection={<IconTrash size={16} aria-hidden="true" />}
            onClick={() => setIsDeleting(true)}
          >
            {t('imports.delete')}
          </Button>
        </div>
      </div>
      {job.pausedBecause && (
        <Notice tone="bad" title={t('imports.pausedItself', { n: job.failuresInARow })}>
          <ErrorPanel problem={problemOf(job.pausedBecause)} />
        </Notice>
      )}
      <dl className={css.facts}>
        <div>
          <dt>{t('confirm.source')}</dt>
          <dd dir="ltr" className={css.address}>
            {describeSource(job.source).address}
          </dd>
        </div>
        <div>
          <dt>{t('confirm.schedule')}</dt>
          <dd>{job.scheduleText}</dd>
        </div>
        <div>
          <dt>{t('imports.nextRun')}</dt>
          <dd>{job.nextRunAt ? formats.dateTime(job.nextRunAt, job.schedule.timeZone) : '—'}</dd>
        </div>
        <div>
          <dt>{t('imports.known')}</dt>
          <dd>{formats.number(job.knownItems)}</dd>
        </div>
      </dl>
      {job.heldRunId !== null && (
        <HeldRun
          key={job.heldRunId}
          runId={job.heldRunId}
          columns={columns}
          onDecided={({ id }) => {
            titleRef.current?.focus();
            setStartedRunId(id);
            setDecisions(decisions + 1);
            reload();
          }}
        />
      )}
      {run && run.id !== job.heldRunId && <LiveRun run={run} />}
      <RunHistory jobId={job.id} columns={columns} key={finishedRuns} />
      {isDeleting && <DeleteQuestion job={job} onCancel={() => setIsDeleting(false)} onDeleted={onDeleted} />}
    </>
  );
}
