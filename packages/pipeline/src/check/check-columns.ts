import type { Column, FieldError } from '@inlet/contracts';
import { InletError } from '@inlet/contracts/errors';
import { isSupportedCountry } from 'libphonenumber-js/max';
import { compilePattern } from '../values/compile-pattern.js';
import { dateFormatFault } from '../values/date-format.js';
import { isTimeZone } from '../values/time-zone.js';
import { readColumnLimit } from './compile-rules.js';

/**
 * Refuses faults that a schema cannot express: patterns that RE2 does not support, formats without a day, unknown zones
 * and countries, limits of another type than the column's. Throws InletError `template_pattern_invalid` for a faulty
 * pattern, otherwise `invalid_request`, with an entry in `errors` for each fault (`columns.2.pattern.regex`).
 */
export function checkColumns(columns: readonly Column[]): void {
  const patternErrors = columns.flatMap(patternFaults);
  const errors = [...patternErrors, ...columns.flatMap(otherFaults)];
  const [first] = errors;
  if (!first) return;
  const code = patternErrors.length > 0 ? 'template_pattern_invalid' : 'invalid_request';
  throw new InletError(code, { detail: first.message, errors });
}

function patternFaults({ key, pattern }: Column, index: number): FieldError[] {
  if (!pattern) return [];
  try {
    compilePattern(pattern.regex, pattern);
    return [];
  } catch (error) {
    if (!(error instanceof InletError)) throw error;
    const path = `columns.${index}.pattern.regex`;
    return [{ path, message: `The pattern of column "${key}" cannot be used: ${error.message}` }];
  }
}

function otherFaults(column: Column, index: number): FieldError[] {
  const { key, formats = [], timeZone, country } = column;
  const fault = (field: string, message: string): FieldError => ({
    path: `columns.${index}.${field}`,
    message: `Column "${key}": ${message}`,
  });
  const faults = formats.flatMap((format, at) => {
    const reason = dateFormatFault(format);
    return reason ? fault(`formats.${at}`, `the date format "${format}" cannot be used: ${reason}`) : [];
  });
  const isZoneKnown = timeZone === undefined || isTimeZone(timeZone);
  if (!isZoneKnown) faults.push(fault('timeZone', `the time zone "${timeZone}" is not known`));
  if (country !== undefined && !isSupportedCountry(country))
    faults.push(fault('country', `the country "${country}" is not known`));
  return isZoneKnown ? [...faults, ...limitFaults(column, fault)] : faults;
}

function limitFaults(column: Column, fault: (field: string, message: string) => FieldError): FieldError[] {
  const faults: FieldError[] = [];
  for (const end of ['min', 'max'] as const) {
    const limit = column.range?.[end];
    if (limit !== undefined && readColumnLimit(column, limit) === undefined)
      faults.push(fault(`range.${end}`, `${limit} is not a limit for a column of type ${column.type}`));
  }
  if (column.digits && column.type !== 'number' && column.type !== 'integer')
    faults.push(fault('digits', `a column of type ${column.type} has no digits to count`));
  return faults;
}
