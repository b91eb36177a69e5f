import type { RunView, UploadView } from '@inlet/contracts';
import { Button } from '@mantine/core';
import { IconArrowBackUp, IconArrowLeft } from '@tabler/icons-react';
import { useEffect, useMemo, useRef, useState } from 'react';
import { isAbort } from '../../api/api-problem.js';
import { createUploadsApi } from '../../api/create-uploads-api.js';
import { ErrorPanel } from '../../components/error-panel.js';
import { LiveRun } from '../../components/live-run.js';
import { UploadStatusPill } from '../../components/pills.js';
import { Bone } from '../../components/skeletons.js';
import { isRunning, useFollowRun } from '../../session/use-follow-run.js';
import { useWidget } from '../../session/widget-context.js';
import css from './imports.module.css';
import { RunRow } from './run-row.js';
import { UndoQuestion } from './undo-question.js';

export interface UploadDetailProps {
  readonly uploadId: string;
  readonly onBack: () => void;
  readonly onResume: (upload: UploadView) => void;
}

interface Loaded {
  readonly upload: UploadView;
  /** The newest first. */
  readonly runs: readonly RunView[];
}

/** A file that was imported: its counts, and what became of its rows. */
export function UploadDetail({ uploadId, onBack, onResume }: UploadDetailProps) {
  const { t, api, session } = useWidget();
  const uploads = useMemo(() => createUploadsApi(api), [api]);
  const [loaded, setLoaded] = useState<Loaded | null>(null);
  const [problem, setProblem] = useState<unknown>(null);
  const [attempt, setAttempt] = useState(0);
  const title = useRef<HTMLHeadingElement>(null);
  const reload = () => setAttempt((before) => before + 1);

  // biome-ignore lint/correctness/useExhaustiveDependencies: each attempt loads it again.
  useEffect(() => {
    const controller = new AbortController();
    const load = async (): Promise<Loaded> => {
      const upload = await uploads.get(uploadId, controller.signal);
      const runs = await Promise.all(upload.runIds.map((id) => api.getRun(id, controller.signal)));
      const undos = await Promise.all(
        // An undo that could not start leaves its id.
        runs.flatMap(({ undoneBy }) =>
          undoneBy === null ? [] : api.getRun(undoneBy, controller.signal).catch(() => null),
        ),
      );
      const all = [...runs, ...undos.filter((undo) => undo !== null)];
      return { upload, runs: all.sort((one, other) => other.createdAt.localeCompare(one.createdAt)) };
    };
    setProblem(null);
    load().then(setLoaded, (failure: unknown) => isAbort(failure) || setProblem(failure));
    return () => controller.abort();
  }, [api, uploads, uploadId, attempt]);
  const isLoaded = loaded !== null;
  useEffect(() => {
    if (isLoaded) title.current?.focus();
  }, [isLoaded]);
  const active = loaded?.runs.find(({ outcome }) => isRunning(outcome));
  const live = useFollowRun(active?.id ?? null, reload);
  const [undoing, setUndoing] = useState<string | null>(null);
  const undoable = loaded && !active ? undoableRun(loaded) : undefined;

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
      {problem ? <ErrorPanel problem={problem} onRetry={reload} /> : null}
      {!loaded && !problem && (
        <div className={css.bones} aria-busy="true">
          <Bone width={260} height={24} />
          <Bone height={120} />
        </div>
      )}
      {loaded && (
        <>
          <div className={css.head}>
            <div className={css.headText}>
              <h1 className={css.title} dir="auto" tabIndex={-1} ref={title}>
                {loaded.upload.label}
              </h1>
              <UploadStatusPill upload={loaded.upload} />
            </div>
            <div className={css.buttons}>
              {loaded.upload.status === 'needs_review' && (
                <Button onClick={() => onResume(loaded.upload)}>{t('upload.resume')}</Button>
              )}
              {undoable && (
                <Button
                  variant="default"
                  leftSection={<IconArrowBackUp size={16} aria-hidden="true" />}
                  onClick={() => setUndoing(undoable.id)}
                >
                  {t('undo.button')}
                </Button>
              )}
            </div>
          </div>
          <UploadFacts upload={loaded.upload} />
          {live && <LiveRun run={live} />}
          <section className={css.history}>
            <h2 className={css.subtitle}>{t('history.title')}</h2>
            <ul className={css.list}>
              {loaded.runs.map((run) => (
                <RunRow key={`${run.id} ${run.phase}`} run={run} columns={session.template.columns} />
              ))}
            </ul>
          </section>
          {undoing !== null && (
            <UndoQuestion
              runId={undoing}
              name={loaded.upload.label}
              onCancel={() => setUndoing(null)}
              onStarted={() => {
                setUndoing(null);
                reload();
              }}
            />
          )}
        </>
      )}
    </main>
  );
}

/** The newest run that sent rows and was not taken back. */
const undoableRun = ({ upload, runs }: Loaded): RunView | undefined =>
  runs.find(
    ({ id, undoes, counts }) =>
      undoes === null && counts.rowsAcknowledged > 0 && !upload.undoneRunIds.includes(id),
  );

function UploadFacts({ upload }: { readonly upload: UploadView }) {
  const { t, formats } = useWidget();
  const { counts, files } = upload;
  return (
    <dl className={css.facts}>
      {files.length > 0 && (
        <div>
          <dt>{t('imports.file')}</dt>
          <dd dir="auto">
            {files.map(({ name, receivedBytes }) => `${name} (${formats.bytes(receivedBytes)})`).join(', ')}
          </dd>
        </div>
      )}
      <div>
        <dt>{t('imports.begun')}</dt>
        <dd>{formats.dateTime(upload.createdAt)}</dd>
      </div>
      <div>
        <dt>{t('imports.rows')}</dt>
        <dd>{formats.number(counts.rows)}</dd>
      </div>
      <div>
        <dt>{t('finish.acknowledged')}</dt>
        <dd>{formats.number(counts.delivered)}</dd>
      </div>
    </dl>
  );
}
