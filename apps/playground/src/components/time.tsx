import { exactly, relativeTo } from '../formats/moments.js';

/** A moment as people say it; the exact one is in the tooltip. */
export function Time({ iso, now }: { iso: string; now: number }) {
  return (
    <time dateTime={iso} title={exactly(iso)}>
      {relativeTo(now, iso)}
    </time>
  );
}
