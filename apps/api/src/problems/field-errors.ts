import type { FieldError } from '@inlet/contracts';
import type { z } from 'zod';

type Issue = z.core.$ZodIssue;

/**
 * Converts the issues of a schema to `errors` of a problem document: one entry per field, one for each unknown field,
 * and for a value that fits none of several shapes the issues of the closest shape.
 */
export function fieldErrors(issues: readonly Issue[], root: string): FieldError[] {
  return issues
    .flatMap((issue) => entriesOf(issue, []))
    .map(({ path, message }) => ({ path: path.join('.') || root, message }));
}

interface Entry {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

function entriesOf(issue: Issue, above: readonly PropertyKey[]): Entry[] {
  const path = [...above, ...issue.path];
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({ path: [...path, key], message: 'is not a known field' }));
  if (issue.code === 'invalid_union' && issue.errors.length > 0) return closestOf(issue.errors, path);
  return [{ path, message: messageOf(issue) }];
}

function closestOf(shapes: readonly (readonly Issue[])[], path: readonly PropertyKey[]): Entry[] {
  const [first = [], ...others] = shapes.map((issues) => issues.flatMap((issue) => entriesOf(issue, path)));
  return others.reduce((best, entries) => (entries.length < best.length ? entries : best), first);
}

function messageOf(issue: Issue): string {
  if (issue.code === 'invalid_type' && issue.input === undefined) return 'is required';
  return issue.message;
}
