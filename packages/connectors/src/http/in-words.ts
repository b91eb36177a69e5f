const UNITS = ['bytes', 'KB', 'MB', 'GB', 'TB'] as const;

/** Formats a size for people: `2 GB`, `1.5 MB`, `900 bytes`. */
export function sizeInWords(bytes: number): string {
  const power = bytes < 1024 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log2(bytes) / 10));
  return `${trim(bytes / 1024 ** power)} ${UNITS[power] ?? ''}`;
}

/** Formats a time span for people: `30 minutes`, `1.5 seconds`. */
export function spanInWords(ms: number): string {
  if (ms < 60_000) return plural(trim(ms / 1000), 'second');
  if (ms < 3_600_000) return plural(trim(ms / 60_000), 'minute');
  return plural(trim(ms / 3_600_000), 'hour');
}

function trim(value: number): string {
  return String(Number(value.toFixed(value < 10 ? 1 : 0)));
}

function plural(count: string, unit: string): string {
  return `${count} ${unit}${count === '1' ? '' : 's'}`;
}
