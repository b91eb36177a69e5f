/**
 * Parses a `Retry-After` header (RFC 9110, section 10.2.3): seconds or an HTTP date. Returns the milliseconds to wait,
 * 0 for a date in the past, and null for a missing or invalid header.
 */
export function parseRetryAfter(value: string | undefined, nowMs: number): number | null {
  const text = value?.trim() ?? '';
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1000;
  // All three forms of an HTTP date begin with a weekday. `Date.parse` alone would accept many other texts.
  if (!/^(?:mon|tue|wed|thu|fri|sat|sun)/i.test(text)) return null;
  const hasZone = /(?:gmt|utc|[+-]\d{4})$/i.test(text);
  const time = Date.parse(hasZone ? text : `${text} GMT`);
  return Number.isNaN(time) ? null : Math.max(0, time - nowMs);
}
