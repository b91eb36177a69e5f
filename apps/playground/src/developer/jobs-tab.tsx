import { useState } from 'react';
import { deskBackend, type JobAction } from '../api/desk-backend.js';
import type { Job } from '../api/desk-types.js';
import { Icon } from '../components/icon.js';
import { Time } from '../components/time.js';
import { JobResult } from './job-result.js';

interface JobsTabProps {
  readonly jobs: readonly Job[];
  readonly now: number;
  readonly onChange: () => void;
}

export function JobsTab({ jobs, now, onChange }: JobsTabProps) {
  return (
    <>
      <p className="hint">
        From the REST API, through this desk’s backend with <code>@inlet/client</code>. The secret key stays
        there.
      </p>
      {jobs.length === 0 && (
        <p className="empty">No imports. The next one that you set up appears here at once.</p>
      )}
      <ul className="log">
        {jobs.map((job) => (
          <JobCard key={job.id} job={job} now={now} onChange={onChange} />
        ))}
      </ul>
    </>
  );
}

const STATES = {
  draft: 'Draft',
  active: 'Active',
  paused: 'Paused',
  ended: 'Ended',
  running: 'Running',
} as const;

interface JobCardProps {
  readonly job: Job;
  readonly now: number;
  readonly onChange: () => void;
}

function JobCard({ job, now, onChange }: JobCardProps) {
  const { id, label, status, scheduleText, nextRunAt, activeRunId, pausedBecause } = job;
  const [problem, setProblem] = useState<string | null>(null);
  const [isAsking, setIsAsking] = useState(false);
  const state = activeRunId ? 'running' : status;
  const act = (action: JobAction) => async () => {
    setProblem(null);
    setIsAsking(false);
    await deskBackend.act(id, action).catch((error: unknown) => setProblem(String(error)));
    onChange();
  };
  return (
    <li className="job">
      <div className="job-top">
        <strong>{label}</strong>
        <span className={`status ${state}`}>{STATES[state]}</span>
      </div>
      <p className="muted">{scheduleText}</p>
      <dl>
        <dt>Next run</dt>
        <dd>{nextRunAt ? <Time iso={nextRunAt} now={now} /> : 'None'}</dd>
        <dt>Last result</dt>
        <dd>
          <JobResult lastRun={job.lastRun} now={now} />
        </dd>
      </dl>
      {(problem ?? pausedBecause) && (
        <p className="bad" role="alert">
          <Icon name="alert" />
          {problem ?? pausedBecause?.title}
        </p>
      )}
      {isAsking ? (
        <div className="job-actions">
          <span>Delete “{label}”?</span>
          <button type="button" className="button small danger" onClick={act('delete')}>
            Delete
          </button>
          <button type="button" className="button small" onClick={() => setIsAsking(false)}>
            Keep
          </button>
        </div>
      ) : (
        <div className="job-actions">
          <ActionButton icon="play" text="Run now" about={label} onClick={act('run')} />
          {status === 'active' ? (
            <ActionButton icon="pause" text="Pause" about={label} onClick={act('pause')} />
          ) : (
            <ActionButton icon="repeat" text="Resume" about={label} onClick={act('resume')} />
          )}
          <ActionButton icon="trash" text="Delete" about={label} onClick={() => setIsAsking(true)} />
        </div>
      )}
    </li>
  );
}

interface ActionButtonProps {
  readonly icon: Parameters<typeof Icon>[0]['name'];
  readonly text: string;
  readonly about: string;
  readonly onClick: () => void;
}

function ActionButton({ icon, text, about, onClick }: ActionButtonProps) {
  return (
    <button type="button" className="button small" onClick={onClick}>
      <Icon name={icon} />
      {text}
      <span className="unseen"> “{about}”</span>
    </button>
  );
}
