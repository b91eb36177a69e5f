import type { FieldValue } from '@inlet/contracts';

/** A field while it is filled: repeats are pushed, so that a long list costs linear time. */
export type OpenField = string | string[] | undefined;

export function append(values: OpenField, text: string): OpenField {
  if (values === undefined) return text;
  if (typeof values === 'string') return [values, text];
  values.push(text);
  return values;
}

export function countOf(values: FieldValue): number {
  return values === undefined ? 0 : typeof values === 'string' ? 1 : values.length;
}

/** The first `count` of the values. */
export function firstOf(values: OpenField, count: number): OpenField {
  if (typeof values !== 'object') return count === 0 ? undefined : values;
  return count > 1 ? values.slice(0, count) : count === 1 ? values[0] : undefined;
}

export function listOf(values: FieldValue): readonly string[] {
  if (values === undefined) return [];
  return typeof values === 'string' ? [values] : values;
}
