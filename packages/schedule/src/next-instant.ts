import { DAY } from './civil.js';
import type { Recurrence } from './recurrence.js';
import { nextWall, type WallPattern } from './wall-pattern.js';
import { changeBetween, instantsOf, runInstantOf, wallOf, type Zone } from './zone.js';

/** The first instant of a recurrence after `after`, in milliseconds; null after the last one. */
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

/** Each wall time runs once: a repeated one the first time, a missing one at the instant of the change. */
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
 * A schedule that runs in every hour keeps its rhythm, as in Vixie cron: it runs again in a repeated hour, and not at
 * all in a missing hour, which the next hour follows at once.
 */
function nextOfEveryHour(pattern: WallPattern, options: { zone: Zone; after: number }): number | null {
  const ahead = nextAhead(pattern, options);
  const repeated = nextRepeated(pattern, options);
  return repeated === null || (ahead !== null && ahead < repeated) ? ahead : repeated;
}

/** The next instant of wall times later than the current one. */
function nextAhead(pattern: WallPattern, { zone, after }: { zone: Zone; after: number }): number | null {
  let wall = nextWall(pattern, wallOf(zone, after));
  while (wall !== null) {
    const instant = instantsOf(zone, wall).find((candidate) => candidate > after);
    if (instant !== undefined) return instant;
    wall = nextWall(pattern, wall);
  }
  return null;
}

/** The next instant of earlier wall times that a coming change of clocks repeats. */
function nextRepeated(pattern: WallPattern, { zone, after }: { zone: Zone; after: number }): number | null {
  const offsetAfter = zone.offsetAt(after + DAY);
  if (offsetAfter >= zone.offsetAt(after)) return null;
  const change = changeBetween(zone, after, after + DAY);
  const wallAtChange = wallOf(zone, change);
  const wall = nextWall(pattern, wallAtChange - 1);
  return wall === null || wall > wallOf(zone, after) ? null : wall - offsetAfter;
}
