import type { Batch, Job } from '../api/desk-types.js';
import { Icon } from '../components/icon.js';
import { Tabs } from '../components/tabs.js';
import { EventsTab } from './events-tab.js';
import { JobsTab } from './jobs-tab.js';
import type { WidgetEvent } from './use-widget-events.js';
import { WebhooksTab } from './webhooks-tab.js';

interface DeveloperPanelProps {
  readonly events: readonly WidgetEvent[];
  readonly batches: readonly Batch[];
  readonly jobs: readonly Job[];
  readonly now: number;
  readonly onChange: () => void;
  readonly onClose: () => void;
}

/** Deliveries, imports and events from the point of view of a host's developer. */
export function DeveloperPanel({ events, batches, jobs, now, onChange, onClose }: DeveloperPanelProps) {
  return (
    <aside id="developer" className="developer" aria-labelledby="developer-title">
      <div className="developer-head">
        <div>
          <h2 id="developer-title">Developer</h2>
          <p className="muted">What your code sees, as it happens</p>
        </div>
        <button
          type="button"
          className="button quiet icon-only"
          onClick={onClose}
          aria-label="Close the developer panel"
        >
          <Icon name="close" />
        </button>
      </div>
      <Tabs
        label="What to look at"
        tabs={[
          {
            id: 'webhooks',
            name: 'Webhooks',
            count: batches.length,
            content: <WebhooksTab batches={batches} now={now} />,
          },
          {
            id: 'jobs',
            name: 'Jobs',
            count: jobs.length,
            content: <JobsTab jobs={jobs} now={now} onChange={onChange} />,
          },
          {
            id: 'events',
            name: 'Widget events',
            count: events.length,
            content: <EventsTab events={events} now={now} />,
          },
        ]}
      />
      <p className="developer-foot">
        <a href="/docs">API reference</a>
        <a href="/plain">The same in plain HTML</a>
      </p>
    </aside>
  );
}
