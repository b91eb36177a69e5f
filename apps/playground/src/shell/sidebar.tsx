import type { DeskConfig, DeskState } from '../api/desk-types.js';
import { Icon, type IconName } from '../components/icon.js';
import { ALL_STORIES, CHANGED_STORIES, isSameChoice, type StoryChoice } from '../stories/choose-stories.js';
import type { ColorScheme } from './use-color-scheme.js';

interface SidebarProps {
  readonly user: DeskConfig['user'];
  readonly state: DeskState | null;
  readonly choice: StoryChoice;
  readonly onChoose: (choice: StoryChoice) => void;
  readonly scheme: ColorScheme;
  readonly isDeveloper: boolean;
  readonly onDeveloper: () => void;
}

export function Sidebar(props: SidebarProps) {
  const { user, state, choice, onChoose, scheme, isDeveloper, onDeveloper } = props;
  const entry = (name: string, icon: IconName, its: StoryChoice, count: number) => (
    <li key={`${its.kind} ${name}`}>
      <button
        type="button"
        className="nav-entry"
        aria-current={isSameChoice(its, choice) ? 'true' : undefined}
        onClick={() => onChoose(its)}
      >
        <Icon name={icon} />
        <span className="name">{name}</span>
        <span className="count">{count}</span>
      </button>
    </li>
  );
  const stories = state?.stories ?? [];
  return (
    <header className="sidebar">
      <div className="brand">
        <img src="/playground/icon.svg" alt="" width="28" height="28" />
        <span>Harbour Desk</span>
      </div>
      <nav aria-label="Stories">
        <ul>
          {entry('All stories', 'list', ALL_STORIES, stories.length)}
          {entry('Corrected', 'pencil', CHANGED_STORIES, stories.filter(({ changedAt }) => changedAt).length)}
        </ul>
        {stories.length > 0 && (
          <>
            <h2>Sources</h2>
            <ul>
              {sourcesOf(state).map(({ jobId, name, count }) =>
                entry(name, 'feed', { kind: 'source', jobId }, count),
              )}
            </ul>
          </>
        )}
      </nav>
      <button
        type="button"
        className="nav-entry"
        aria-pressed={isDeveloper}
        onClick={onDeveloper}
        title="What your code sees: webhooks, jobs and events"
      >
        <Icon name="code" />
        <span className="name">Developer panel</span>
      </button>
      <div className="account">
        <span className="avatar" aria-hidden="true">
          {user.name.replace(/[^A-Z]/g, '')}
        </span>
        <span className="who">
          <strong>{user.name}</strong>
          <span>{user.role}</span>
        </span>
        <button
          type="button"
          className="scheme"
          onClick={scheme.toggle}
          aria-label={scheme.current === 'dark' ? 'Use light colours' : 'Use dark colours'}
          title={scheme.current === 'dark' ? 'Light colours' : 'Dark colours'}
        >
          <Icon name={scheme.current === 'dark' ? 'sun' : 'moon'} />
        </button>
      </div>
    </header>
  );
}

interface Source {
  readonly jobId: string;
  readonly name: string;
  readonly count: number;
}

/** One entry for each import that delivered stories, including deleted imports. */
function sourcesOf(state: DeskState | null): readonly Source[] {
  const byJob = new Map<string, Source>();
  for (const { jobId, source } of state?.stories ?? []) {
    const label = state?.jobs.find(({ id }) => id === jobId)?.label ?? source;
    byJob.set(jobId, { jobId, name: label, count: (byJob.get(jobId)?.count ?? 0) + 1 });
  }
  return [...byJob.values()].sort((a, b) => a.name.localeCompare(b.name) || a.jobId.localeCompare(b.jobId));
}
