import { type Moment, wallClockMs } from './moment.js';

const pad = (value: number): string => (value < 10 ? `0${value}` : String(value));

/** `YYYY-MM-DD`: the day as it was written, in whatever zone that was. */
export const writeDay = ({ year, month, day }: Moment): string =>
  `${String(year).padStart(4, '0')}-${pad(month)}-${pad(day)}`;

function writeOffset(minutes: number): string {
  const size = Math.abs(minutes);
  return `${minutes < 0 ? '-' : '+'}${pad(Math.floor(size / 60))}:${pad(size % 60)}`;
}

/** ISO 8601 with the offset that was written, or with none; the day alone where there was no time. */
export function writeMoment(moment: Moment): string {
  if (!moment.time) return writeDay(moment);
  const { offsetMinutes } = moment.time;
  const wallMs = wallClockMs(moment);
  // Local mean time (before about 1900) is off by seconds, which ISO 8601 cannot write.
  if (offsetMinutes !== undefined && !Number.isInteger(offsetMinutes))
    return new Date(wallMs - offsetMinutes * 60_000).toISOString();
  const wallClock = new Date(wallMs).toISOString().slice(0, -1);
  return offsetMinutes === undefined ? wallClock : wallClock + writeOffset(offsetMinutes);
}
