import { InletError } from '@inlet/contracts';
import type { FastifySchemaCompiler } from 'fastify';
import { z } from 'zod';
import { fieldErrors } from './field-errors.js';

/** Validates a part of a request with its zod schema and reports faults field by field. */
export const validatorCompiler: FastifySchemaCompiler<z.core.$ZodType> =
  ({ schema, httpPart }) =>
  (data) => {
    // Fastify passes null for a missing body.
    const result = z.safeParse(schema, data ?? undefined, { reportInput: true });
    if (result.success) return { value: result.data };
    return {
      error: new InletError('invalid_request', {
        errors: fieldErrors(result.error.issues, httpPart ?? 'body'),
      }),
    };
  };
