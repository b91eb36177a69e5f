/** What a clock on the wall of a zone shows at a moment: `YYYY-MM-DDTHH:mm`. */
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
 * The moment, in UTC, at which the wall clock of a zone shows this time. Two corrections are enough: the first
 * one can land on the other side of a change of the clocks, the second cannot. A time that a change leaves out
 * becomes one an hour away.
 */
export function momentOfWall(wall: string, timeZone: string): string | null {
  // Engines read much else as some date.
  const wanted = /^\d{4,6}-\d\d-\d\dT\d\d:\d\d$/.test(wall) ? Date.parse(`${wall}:00Z`) : Number.NaN;
  if (Number.isNaN(wanted)) return null;
  let moment = wanted;
  for (let round = 0; round < 2; round += 1)
    moment += wanted - Date.parse(`${wallOfMoment(moment, timeZone)}:00Z`);
  return new Date(moment).toISOString();
}
