import { InletError } from '@inlet/contracts';

const OFFSET = /^(?:(?:utc|gmt|z)?\s*[+\-\u2212]\s*\d|z$)/i;

const isKnown = (name: string) => {
  try {
    new Intl.DateTimeFormat('en-US', { timeZone: name });
    return true;
  } catch {
    return false;
  }
};

/**
 * The IANA name of a zone in its usual spelling: `Europe/Berlin` for `europe/berlin`. Keeps aliases such as
 * `Asia/Kolkata` or `US/Eastern`. Refuses offsets such as `+02:00`, which do not follow daylight saving time.
 * @throws InletError schedule_zone_unknown
 */
export function canonicalZone(name: string): string {
  if (OFFSET.test(name)) {
    throw new InletError('schedule_zone_unknown', {
      detail: `"${name}" is an offset, not a time zone: it does not follow changes of clocks. Use the name of a place, such as Europe/Berlin, or UTC.`,
    });
  }
  if (!isKnown(name) || name === 'Etc/Unknown') {
    throw new InletError('schedule_zone_unknown', { detail: `"${name}" is not the name of a time zone.` });
  }
  const lower = name.toLowerCase();
  if (lower === 'utc' || lower === 'gmt') return name.toUpperCase();
  const listed = Intl.supportedValuesOf('timeZone').find((zone) => zone.toLowerCase() === lower);
  return listed ?? name;
}
