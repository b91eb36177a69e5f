import { InletError } from '@inlet/contracts';
import { describe, expect, it } from 'vitest';
import { canonicalZone } from './canonical-zone.js';

const refusal = (name: string) => {
  try {
    canonicalZone(name);
  } catch (error) {
    if (error instanceof InletError) return { code: error.code, detail: error.detail };
  }
  return null;
};

describe('the name of a time zone', () => {
  it('is accepted in any case and returned in its usual spelling', () => {
    expect(canonicalZone('Europe/Berlin')).toBe('Europe/Berlin');
    expect(canonicalZone('europe/berlin')).toBe('Europe/Berlin');
    expect(canonicalZone('AMERICA/NEW_YORK')).toBe('America/New_York');
    expect(canonicalZone('utc')).toBe('UTC');
  });

  it('keeps an alias', () => {
    expect(canonicalZone('US/Eastern')).toBe('US/Eastern');
    expect(canonicalZone('Asia/Kolkata')).toBe('Asia/Kolkata');
    expect(canonicalZone('Europe/Kyiv')).toBe('Europe/Kyiv');
    expect(canonicalZone('Etc/GMT+5')).toBe('Etc/GMT+5');
  });

  it.each(['+02:00', '-05', '\u221203:00', 'UTC+2', 'gmt-3', 'Z'])('is not an offset such as %s', (name) => {
    expect(refusal(name)).toEqual({
      code: 'schedule_zone_unknown',
      detail: `"${name}" is an offset, not a time zone: it does not follow changes of clocks. Use the name of a place, such as Europe/Berlin, or UTC.`,
    });
  });

  it.each(['Mars/Olympus', '', ' ', 'Berlin', 'Europe/Berlin ', 'Etc/Unknown'])('is not %j', (name) => {
    expect(refusal(name)).toEqual({
      code: 'schedule_zone_unknown',
      detail: `"${name}" is not the name of a time zone.`,
    });
  });
});
