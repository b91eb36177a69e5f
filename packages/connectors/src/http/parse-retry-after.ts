/**
 * Milliseconds to wait, from a `Retry-After` header: seconds or an HTTP date (RFC 9110, section 10.2.3). Null
 * where there is none or it makes no sense; 0 for a date that has passed.
 */
export function parseRetryAfter(value: string | undefined, nowMs: number): number | null {
  const text = value?.trim() ?? '';
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1000;
  // All three forms of an HTTP date begin with a weekday; `Date.parse` would take far more than these.
  if (!/^(?:mon|tue|wed|thu|fri|sat|sun)/i.test(text)) return null;
  const hasZone = /(?:gmt|utc|[+-]\d{4})$/i.test(text);
  const time = Date.parse(hasZone ? text : `${text} GMT`);
  return Number.isNaN(time) ? null : Math.max(0, time - nowMs);
}
