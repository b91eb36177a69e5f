import { Time } from '../components/time.js';
import type { WidgetEvent } from './use-widget-events.js';

export function EventsTab({ events, now }: { events: readonly WidgetEvent[]; now: number }) {
  return (
    <>
      <p className="hint">
        From the browser: what <code>on(…)</code>, or <code>onJobCreated</code> and the like in React, gets.
      </p>
      {events.length === 0 && (
        <p className="empty">Nothing yet. Open the widget, and its events are listed here.</p>
      )}
      <ol className="log">
        {events.map(({ number, name, at, data }) => (
          <li key={number} className="log-line">
            <code className="strong">{name}</code>
            <code className="payload">{JSON.stringify(data)}</code>
            <Time iso={at} now={now} />
          </li>
        ))}
      </ol>
    </>
  );
}
