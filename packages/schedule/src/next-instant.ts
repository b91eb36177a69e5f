import { DAY } from './civil.js';
import type { Recurrence } from './recurrence.js';
import { nextWall, type WallPattern } from './wall-pattern.js';
import { changeBetween, instantsOf, runInstantOf, wallOf, type Zone } from './zone.js';

/** The first instant of a recurrence after `after`, in milliseconds; null when none is left. */
export function nextInstant(recurrence: Recurrence, options: { zone: Zone; after: number }): number | null {
  const { zone, after } = options;
  if (recurrence.kind === 'elapsed') {
    const { base, step } = recurrence;
    return base + (Math.floor((after - base) / step) + 1) * step;
  }
  const { pattern, isEveryHour } = recurrence;
  return isEveryHour
    ? nextOfEveryHour(pattern, { zone, after })
    : nextOfChosenHours(pattern, { zone, after });
}

/** Each wall time runs once: a repeated one the first time, a missing one when the clocks are set forward. */
function nextOfChosenHours(pattern: WallPattern, { zone, after }: { zone: Zone; after: number }) {
  let wall = nextWall(pattern, wallOf(zone, after));
  while (wall !== null) {
    const instant = runInstantOf(zone, wall);
    if (instant > after) return instant;
    wall = nextWall(pattern, wall);
  }
  return null;
}

/**
 * What runs in every hour keeps its rhythm, as in Vixie cron: it runs in a repeated hour again, and in a
 * missing hour not at all, since the next one comes at once.
 */
function nextOfEveryHour(pattern: WallPattern, options: { zone: Zone; after: number }): number | null {
  const ahead = nextAhead(pattern, options);
  const repeated = nextRepeated(pattern, options);
  return repeated === null || (ahead !== null && ahead < repeated) ? ahead : repeated;
}

/** The next among wall times later than the one now. */
function nextAhead(pattern: WallPattern, { zone, after }: { zone: Zone; after: number }): number | null {
  let wall = nextWall(pattern, wallOf(zone, after));
  while (wall !== null) {
    const instant = instantsOf(zone, wall).find((candidate) => candidate > after);
    if (instant !== undefined) return instant;
    wall = nextWall(pattern, wall);
  }
  return null;
}

/** The next among wall times already past, when clocks are about to be set back over them. */
function nextRepeated(pattern: WallPattern, { zone, after }: { zone: Zone; after: number }): number | null {
  const offsetAfter = zone.offsetAt(after + DAY);
  if (offsetAfter >= zone.offsetAt(after)) return null;
  const change = changeBetween(zone, after, after + DAY);
  const wallAtChange = wallOf(zone, change);
  const wall = nextWall(pattern, wallAtChange - 1);
  return wall === null || wall > wallOf(zone, after) ? null : wall - offsetAfter;
}
