import { type FieldError, InletError } from '@inlet/contracts';
import type { FastifySchemaCompiler } from 'fastify';
import { z } from 'zod';
import { describeIssue } from './describe-issue.js';

/** Validates a part of a request with its zod schema and reports faults field by field. */
export const validatorCompiler: FastifySchemaCompiler<z.core.$ZodType> =
  ({ schema, httpPart }) =>
  (data) => {
    // Fastify passes null for a missing body.
    const result = z.safeParse(schema, data ?? undefined, { reportInput: true, error: describeIssue });
    if (result.success) return { value: result.data };
    return {
      error: new InletError('invalid_request', {
        errors: fieldErrors(result.error.issues, httpPart ?? 'body'),
      }),
    };
  };

type Issue = z.core.$ZodIssue;

/**
 * Converts the issues of a schema to `errors` of a problem document: one entry per field, one for each unknown field,
 * and for a value that fits none of several shapes the issues of the closest shape.
 */
function fieldErrors(issues: readonly Issue[], root: string): FieldError[] {
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
  return [{ path, message: issue.message }];
}

function closestOf(shapes: readonly (readonly Issue[])[], path: readonly PropertyKey[]): Entry[] {
  const [first = [], ...others] = shapes.map((issues) => issues.flatMap((issue) => entriesOf(issue, path)));
  return others.reduce((best, entries) => (entries.length < best.length ? entries : best), first);
}
