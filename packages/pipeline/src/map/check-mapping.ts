import {
  allowsNewOptions,
  type Column,
  type ErrorCode,
  type FieldError,
  type Heading,
  type MappedColumn,
  type Mapping,
  type Transform,
} from '@inlet/contracts';
import { InletError } from '@inlet/contracts/errors';
import { compilePattern } from '../values/compile-pattern.js';
import { dateFormatFault } from '../values/date-format.js';
import { isTimeZone } from '../values/time-zone.js';
import { mappingPaths } from './compile-mapping.js';

interface Fault extends FieldError {
  readonly code: ErrorCode;
}

/**
 * Throws InletError for the first fault, with all of them in `errors` (`mapping.2.column`):
 * `mapping_column_unknown`, `mapping_column_twice`, `mapping_path_unknown` (only if headings are given),
 * `mapping_required_missing` (a required column with neither mapping nor default), and for transforms
 * `template_pattern_invalid` or `invalid_request` (date format, time zone).
 */
export function checkMapping(
  mapping: Mapping,
  columns: readonly Column[],
  headings?: readonly Heading[],
): void {
  throwFirst([
    ...columnFaults(mapping, columns),
    ...(headings ? pathFaults(mapping, headings) : []),
    ...mapping.flatMap(transformFaults),
    ...optionFaults(mapping, columns),
    ...missingFaults(mapping, columns),
  ]);
}

/** Throws InletError for the first transform that cannot be used: `template_pattern_invalid` or `invalid_request`. */
export const checkTransforms = (mapping: Mapping): void => throwFirst(mapping.flatMap(transformFaults));

function throwFirst(faults: readonly Fault[]): void {
  const [first] = faults;
  if (!first) return;
  const errors = faults.map(({ path, message }) => ({ path, message }));
  throw new InletError(first.code, { detail: first.message, errors });
}

function columnFaults(mapping: Mapping, columns: readonly Column[]): Fault[] {
  const known = new Set(columns.map(({ key }) => key));
  const mapped = new Set<string>();
  return mapping.flatMap(({ column }, index): Fault[] => {
    const path = `mapping.${index}.column`;
    if (!known.has(column))
      return [{ code: 'mapping_column_unknown', path, message: `The template has no column "${column}"` }];
    if (mapped.has(column))
      return [{ code: 'mapping_column_twice', path, message: `The column "${column}" is mapped twice` }];
    mapped.add(column);
    return [];
  });
}

const optionFaults = (mapping: Mapping, columns: readonly Column[]): Fault[] =>
  mapping.flatMap(({ column: key, newOptions }, index): Fault[] => {
    const column = columns.find((each) => each.key === key);
    if (!newOptions || !column || allowsNewOptions(column)) return [];
    const message = `The column "${key}" does not allow new options`;
    return [{ code: 'invalid_request', path: `mapping.${index}.newOptions`, message }];
  });

const CONDITION = /\[@[^\s=[\]@'"]+='(?:[^']|'')*'\]/g;

/** A condition may hold for later records only, so the plain path is enough. */
function pathFaults(mapping: Mapping, headings: readonly Heading[]): Fault[] {
  const known = new Set(headings.map(({ path }) => path));
  return mapping.flatMap((entry, index) =>
    mappingPaths([entry])
      .filter((path) => !known.has(path) && !known.has(path.replace(CONDITION, '')))
      .map((path): Fault => {
        const message = `The file has no "${path}", which the column "${entry.column}" is mapped to`;
        const field = 'path' in entry ? 'path' : 'template';
        return { code: 'mapping_path_unknown', path: `mapping.${index}.${field}`, message };
      }),
  );
}

function missingFaults(mapping: Mapping, columns: readonly Column[]): Fault[] {
  const mapped = new Set(mapping.map(({ column }) => column));
  return columns
    .filter((column) => isRequired(column) && !column.default?.trim() && !mapped.has(column.key))
    .map(({ key, name }) => ({
      code: 'mapping_required_missing',
      path: 'mapping',
      message: `The required column "${name}" (${key}) is not mapped`,
    }));
}

export function isRequired({ required }: Column): boolean {
  return typeof required === 'object' ? required.severity !== 'warning' : required === true;
}

function transformFaults({ column, transforms = [] }: MappedColumn, index: number): Fault[] {
  return transforms.flatMap((transform, at) => {
    const where = `mapping.${index}.transforms.${at}`;
    return transformFault(transform).map(({ code, path, message }) => ({
      code,
      path: `${where}.${path}`,
      message: `Column "${column}": ${message}`,
    }));
  });
}

function transformFault(transform: Transform): Fault[] {
  if (transform.kind === 'replace_pattern') return patternFaults(transform.pattern);
  if (transform.kind !== 'date') return [];
  const faults = transform.formats.flatMap((format, at): Fault[] => {
    const reason = dateFormatFault(format);
    const message = `the date format "${format}" cannot be used: ${reason}`;
    return reason ? [{ code: 'invalid_request', path: `formats.${at}`, message }] : [];
  });
  const { timeZone } = transform;
  if (timeZone === undefined || isTimeZone(timeZone)) return faults;
  const message = `the time zone "${timeZone}" is not known`;
  return [...faults, { code: 'invalid_request', path: 'timeZone', message }];
}

function patternFaults(pattern: string): Fault[] {
  try {
    compilePattern(pattern);
    return [];
  } catch (error) {
    if (!(error instanceof InletError)) throw error;
    return [{ code: error.code, path: 'pattern', message: `the pattern cannot be used: ${error.message}` }];
  }
}
