import { useEffect } from 'react';
import { Icon } from '../components/icon.js';

const SHOWN_MS = 6000;

/** Confirms an action and disappears by itself. */
export function Toast({ text, onGone }: { text: string | null; onGone: () => void }) {
  useEffect(() => {
    if (text === null) return;
    const timer = setTimeout(onGone, SHOWN_MS);
    return () => clearTimeout(timer);
  }, [text, onGone]);
  return (
    <div className="toasts" role="status">
      {text !== null && (
        <p className="toast">
          <Icon name="check" />
          {text}
        </p>
      )}
    </div>
  );
}
