import { InletError } from '@inlet/contracts';
import type { FastifySchemaCompiler } from 'fastify';
import { z } from 'zod';
import { fieldErrors } from './field-errors.js';

/** Checks a part of a request with its zod schema; what is wrong is told field by field. */
export const validatorCompiler: FastifySchemaCompiler<z.core.$ZodType> =
  ({ schema, httpPart }) =>
  (data) => {
    // Fastify hands over null where there is no body.
    const result = z.safeParse(schema, data ?? undefined, { reportInput: true });
    if (result.success) return { value: result.data };
    return {
      error: new InletError('invalid_request', {
        errors: fieldErrors(result.error.issues, httpPart ?? 'body'),
      }),
    };
  };
