import { canonicalZone } from './canonical-zone.js';
import { DAY, HOUR } from './civil.js';

/** A time zone: the offset of its clocks from UTC. All values are milliseconds. */
export interface Zone {
  readonly name: string;
  /** Wall time minus instant. */
  offsetAt(instant: number): number;
}

/** The offsets of 50 years; a full cache is cleared. */
const MAX_CACHED_DAYS = 18_300;

/** More than the number of zones, because aliases have many spellings. */
const MAX_CACHED_ZONES = 1000;

/** A cache of values that never change: creating a formatter costs far more than using it. */
const zones = new Map<string, Zone>();

/**
 * Opens a zone by its IANA name, in any case.
 * @throws InletError schedule_zone_unknown
 */
export function openZone(name: string): Zone {
  const known = zones.get(name);
  if (known !== undefined) return known;
  const canonical = canonicalZone(name);
  const zone = zones.get(canonical) ?? { name: canonical, offsetAt: cachedByDay(offsetReader(canonical)) };
  if (zones.size >= MAX_CACHED_ZONES) zones.clear();
  zones.set(canonical, zone);
  zones.set(name, zone);
  return zone;
}

/** Offsets of Intl, to the second. */
function offsetReader(timeZone: string): (instant: number) => number {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  return (instant) => {
    const second = Math.floor(instant / 1000) * 1000;
    const fields: Record<string, number> = {};
    for (const { type, value } of format.formatToParts(second)) fields[type] = Number(value);
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second: seconds = 0 } = fields;
    const date = new Date(0);
    date.setUTCFullYear(year, month - 1, day);
    return date.setUTCHours(hour, minute, seconds) - second;
  };
}

/** No zone changes its clocks twice in a day, so a day that begins and ends with the same offset has only that one. */
function cachedByDay(read: (instant: number) => number): (instant: number) => number {
  const atMidnight = new Map<number, number>();
  const atStartOf = (day: number) => {
    let offset = atMidnight.get(day);
    if (offset === undefined) {
      if (atMidnight.size >= MAX_CACHED_DAYS) atMidnight.clear();
      offset = read(day * DAY);
      atMidnight.set(day, offset);
    }
    return offset;
  };
  return (instant) => {
    const day = Math.floor(instant / DAY);
    const offset = atStartOf(day);
    return offset === atStartOf(day + 1) ? offset : read(instant);
  };
}

/** The wall time of the zone at an instant. */
export const wallOf = (zone: Zone, instant: number) => instant + zone.offsetAt(instant);

/** The instants of a wall time: one, none (clocks were set forward over it) or two (clocks were set back). */
export function instantsOf(zone: Zone, wall: number): number[] {
  const [before, after] = offsetsAround(zone, wall);
  const instants = before === after ? [wall - before] : [wall - before, wall - after];
  return instants.filter((instant) => wallOf(zone, instant) === wall).sort((a, b) => a - b);
}

/**
 * The instant at which a tick at this wall time runs: the first of two; for a time that does not exist, the instant at
 * which the clocks are set forward.
 */
export function runInstantOf(zone: Zone, wall: number): number {
  const [first] = instantsOf(zone, wall);
  if (first !== undefined) return first;
  const [before, after] = offsetsAround(zone, wall);
  return changeBetween(zone, wall - after, wall - before);
}

/** The offsets before and after a change near this wall time: zones are at most 14 hours from UTC. */
const offsetsAround = (zone: Zone, wall: number) =>
  [zone.offsetAt(wall - 15 * HOUR), zone.offsetAt(wall + 15 * HOUR)] as const;

/** The instant of the only change of clocks in (from, to], to the second. */
export function changeBetween(zone: Zone, from: number, to: number): number {
  const before = zone.offsetAt(from);
  let [low, high] = [Math.floor(from / 1000), Math.ceil(to / 1000)];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (zone.offsetAt(middle * 1000) === before) low = middle;
    else high = middle;
  }
  return high * 1000;
}
