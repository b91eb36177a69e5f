import type { RunOutcome, UploadStatus, UploadView, WidgetFeedJobView } from '@inlet/contracts';
import {
  IconAlertTriangle,
  IconCircleCheck,
  IconCircleDashed,
  IconCircleX,
  IconHandStop,
  IconLoader,
  IconPlayerPause,
} from '@tabler/icons-react';
import { useWidget } from '../session/widget-context.js';
import css from './pills.module.css';

const ICONS = {
  good: IconCircleCheck,
  warn: IconAlertTriangle,
  bad: IconCircleX,
  held: IconHandStop,
  busy: IconLoader,
  off: IconPlayerPause,
  none: IconCircleDashed,
};
type PillTone = keyof typeof ICONS;

/** A state in one or two words with an icon. */
export function Pill({ tone, children }: { tone: PillTone; children: string }) {
  const Icon = ICONS[tone];
  return (
    <span className={css.pill} data-tone={tone}>
      <Icon size={14} aria-hidden="true" />
      {children}
    </span>
  );
}

const OUTCOME_TONES: Readonly<Record<RunOutcome, PillTone>> = {
  queued: 'busy',
  running: 'busy',
  held: 'held',
  succeeded: 'good',
  succeeded_with_issues: 'warn',
  unchanged: 'none',
  failed: 'bad',
  cancelled: 'none',
  not_started: 'none',
};

export function RunOutcomePill({ outcome }: { outcome: RunOutcome }) {
  const { t } = useWidget();
  return <Pill tone={OUTCOME_TONES[outcome]}>{t(`outcome.${outcome}`)}</Pill>;
}

type ShownUploadStatus = 'undone' | 'completed' | 'delivering' | 'needs_review' | 'failed' | 'cancelled';

/** Statuses of an upload that was sent, and those that are shown as one of them. */
const UPLOAD_STATUSES: Readonly<Record<UploadStatus, ShownUploadStatus>> = {
  receiving: 'needs_review',
  mapping: 'needs_review',
  checking: 'needs_review',
  needs_review: 'needs_review',
  delivering: 'delivering',
  completed: 'completed',
  unreadable: 'failed',
  failed: 'failed',
  cancelled: 'cancelled',
  expired: 'cancelled',
};

const UPLOAD_TONES: Readonly<Record<ShownUploadStatus, PillTone>> = {
  undone: 'none',
  completed: 'good',
  delivering: 'busy',
  needs_review: 'warn',
  failed: 'bad',
  cancelled: 'none',
};

/** The state of an upload of which rows were sent. */
export function UploadStatusPill({ upload }: { upload: UploadView }) {
  const { t } = useWidget();
  const { runIds, undoneRunIds } = upload;
  const isUndone = upload.status === 'completed' && runIds.every((id) => undoneRunIds.includes(id));
  const status = isUndone ? 'undone' : UPLOAD_STATUSES[upload.status];
  return <Pill tone={UPLOAD_TONES[status]}>{t(`uploadStatus.${status}`)}</Pill>;
}

type JobState = 'running' | 'active' | 'paused' | 'pausedItself' | 'ended' | 'draft';

/** The state of an import: a dot and a word, so that it is not taken for the result of a run. */
export function JobStatus({ job }: { job: WidgetFeedJobView }) {
  const { t } = useWidget();
  const [tone, state] = stateOf(job);
  return (
    <span className={css.status} data-tone={tone}>
      {t(`status.${state}`)}
    </span>
  );
}

function stateOf({ status, activeRunId, pausedBecause }: WidgetFeedJobView): [PillTone, JobState] {
  if (status === 'draft') return ['none', 'draft'];
  if (activeRunId !== null) return ['busy', 'running'];
  if (status === 'paused') return pausedBecause ? ['bad', 'pausedItself'] : ['off', 'paused'];
  return status === 'ended' ? ['none', 'ended'] : ['good', 'active'];
}
