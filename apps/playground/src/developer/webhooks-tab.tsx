import { useState } from 'react';
import { deskBackend } from '../api/desk-backend.js';
import type { Batch } from '../api/desk-types.js';
import { Icon } from '../components/icon.js';
import { Time } from '../components/time.js';
import { formatCount } from '../formats.js';

export function WebhooksTab({ batches, now }: { batches: readonly Batch[]; now: number }) {
  return (
    <>
      <p className="hint">
        What Inlet sent to <code>POST /demo/webhook</code>, each checked with <code>verifyWebhook</code>.
      </p>
      {batches.length === 0 && (
        <p className="empty">
          Nothing received since the server started. The next delivery comes within a minute.
        </p>
      )}
      <ol className="log">
        {batches.map((batch) => (
          <BatchLine key={batch.number} batch={batch} now={now} />
        ))}
      </ol>
    </>
  );
}

function BatchLine({ batch, now }: { batch: Batch; now: number }) {
  const { number, id, type, rows, label, bytes, isVerified, refusal, receivedAt } = batch;
  const [json, setJson] = useState<string | null>(null);
  const toggle = async () => {
    if (json !== null) return setJson(null);
    const text = await deskBackend.batch(number).then(
      ({ event }) => JSON.stringify(event, null, 2),
      (error: unknown) => String(error),
    );
    setJson(text);
  };
  return (
    <li className="batch">
      <button type="button" aria-expanded={json !== null} onClick={() => void toggle()}>
        <span className="batch-top">
          <code className="strong">{type ?? 'refused'}</code>
          {rows !== null && <span className="badge">{formatCount(rows, 'row')}</span>}
          <Time iso={receivedAt} now={now} />
        </span>
        <span className="batch-more">
          <span className={isVerified ? 'good' : 'bad'}>
            <Icon name={isVerified ? 'shield' : 'alert'} />
            {isVerified ? 'Signature verified' : refusal}
          </span>
          {label && <span className="muted cut">{label}</span>}
          <span className="muted">{size(bytes)}</span>
        </span>
        <code className="muted cut">{id}</code>
      </button>
      {json !== null && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: scrolling content must be reachable by keyboard.
        <pre tabIndex={0}>{json}</pre>
      )}
    </li>
  );
}

const size = (bytes: number): string => (bytes < 1024 ? `${bytes} B` : `${(bytes / 1024).toFixed(1)} kB`);
