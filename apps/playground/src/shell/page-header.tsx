import type { DeskState } from '../api/desk-types.js';
import { Icon } from '../components/icon.js';
import { formatCount, formatRelativeTime } from '../formats.js';

interface PageHeaderProps {
  readonly state: DeskState | null;
  readonly now: number;
  readonly canImport: boolean;
  readonly onImport: () => void;
  readonly onUpload: () => void;
  readonly onMyImports: () => void;
}

export function PageHeader(props: PageHeaderProps) {
  const { state, now, canImport, onImport, onUpload, onMyImports } = props;
  return (
    <header className="page-header">
      <div>
        <h1>Stories</h1>
        <p className="muted">{state ? summary(state, now) : 'Loading ...'}</p>
      </div>
      <div className="actions">
        <button type="button" className="button" disabled={!canImport} onClick={onMyImports}>
          <Icon name="list" />
          My imports
        </button>
        <button type="button" className="button" disabled={!canImport} onClick={onUpload}>
          <Icon name="upload" />
          Upload a file
        </button>
        <button type="button" className="button primary" disabled={!canImport} onClick={onImport}>
          <Icon name="import" />
          Import from a feed
        </button>
      </div>
    </header>
  );
}

function summary({ storyCount, stories }: DeskState, now: number): string {
  const count = formatCount(storyCount, 'story', 'stories');
  const last = stories
    .map(({ receivedAt, changedAt }) => changedAt ?? receivedAt)
    .sort()
    .at(-1);
  return last ? `${count} · latest ${formatRelativeTime(now, last)}` : count;
}
