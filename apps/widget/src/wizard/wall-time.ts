/** Formats a moment as wall-clock time in a zone: `YYYY-MM-DDTHH:mm`. */
export function wallOfMoment(moment: string | number, timeZone: string): string {
  const parts = new Intl.DateTimeFormat('en-CA', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
  }).formatToParts(new Date(moment));
  const of = (type: string) => parts.find((part) => part.type === type)?.value ?? '';
  return `${of('year')}-${of('month')}-${of('day')}T${of('hour')}:${of('minute')}`;
}

/**
 * Converts wall-clock time in a zone to a moment in UTC; null if the text is not a wall-clock time. Two corrections
 * are enough: the first can land on the other side of a clock change, the second cannot. A time that a clock change
 * skips becomes one an hour away.
 */
export function momentOfWall(wall: string, timeZone: string): string | null {
  // Date.parse accepts many other formats.
  const wanted = /^\d{4,6}-\d\d-\d\dT\d\d:\d\d$/.test(wall) ? Date.parse(`${wall}:00Z`) : Number.NaN;
  if (Number.isNaN(wanted)) return null;
  let moment = wanted;
  for (let round = 0; round < 2; round += 1)
    moment += wanted - Date.parse(`${wallOfMoment(moment, timeZone)}:00Z`);
  return new Date(moment).toISOString();
}
