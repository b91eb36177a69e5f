import { describe, expect, it } from 'vitest';
import type { FieldKind } from '../wizard/kind-of-field.js';
import { createFormats } from './create-formats.js';
import { showValue } from './show-value.js';

const NOW = Date.parse('2026-06-01T00:00:00Z');

function shown(value: string, kind: FieldKind, { locale = 'en-GB', timeZone = 'Europe/Berlin' } = {}) {
  return showValue(value, { kind, timeZone, formats: createFormats({ locale, now: () => NOW }) });
}

describe('a value of the source', () => {
  it.each([
    ['2026-01-20T09:00:00Z', '20 Jan, 10:00'],
    ['2026-01-20T09:00:00.123+0300', '20 Jan, 07:00'],
    ['Tue, 20 Jan 2026 23:30:00 GMT', '21 Jan, 00:30'],
    ['20 Jan 2025 23:30 -0500', '21 Jan 2025, 05:30'],
  ])('is in the zone of the person: %s', (value, text) => {
    expect(shown(value, 'date')).toEqual({ text, full: value });
  });

  it('is in the language of the person', () => {
    const value = '2026-01-20T09:00:00Z';
    expect(shown(value, 'date', { locale: 'de' }).text).toBe('20. Jan., 10:00');
    expect(shown(value, 'date', { locale: 'ja', timeZone: 'Asia/Tokyo' }).text).toBe('1月20日 18:00');
    expect(shown('1234567.50', 'number', { locale: 'de' }).text).toBe('1.234.567,50');
  });

  it('is the same day in every zone if it has no time', () => {
    expect(shown('2026-01-20', 'date', { timeZone: 'Pacific/Honolulu' }).text).toBe('20 Jan 2026');
  });

  it('keeps the time of a date without a zone', () => {
    expect(shown('2026-01-20 09:00', 'date').text).toBe('20 Jan, 09:00');
  });

  it.each(['03/04/2026', '2026-13-45', '20 Jan 2026 10:00 XYZ', 'soon'])(
    'is unchanged if the date is ambiguous: %s',
    (value) => {
      expect(shown(value, 'date')).toEqual({ text: value });
    },
  );

  it.each([
    ['12345', '12,345'],
    ['2026', '2026'],
    ['-98765.40', '-98,765.40'],
    ['0.5', '0.5'],
    ['1,5', '1,5'],
    ['007', '007'],
    ['1, 2', '1, 2'],
  ])('is written as a number only where it is one: %s', (value, text) => {
    expect(shown(value, 'number').text).toBe(text);
  });

  it.each(['id', 'technical', 'other', 'link'] as const)('is never changed as %s', (kind) => {
    expect(shown('1234567', kind)).toEqual({ text: '1234567' });
    expect(shown('2026-01-20', kind)).toEqual({ text: '2026-01-20' });
  });

  it('is prose with single spaces, shortened, with the full text kept', () => {
    const value = ' Tea and biscuits,\n\tat   one ';
    expect(shown(value, 'text')).toEqual({ text: 'Tea and biscuits, at one', full: value });
    const long = '😀'.repeat(200);
    expect(shown(long, 'text')).toEqual({ text: `${'😀'.repeat(160)}…`, full: long });
  });
});
