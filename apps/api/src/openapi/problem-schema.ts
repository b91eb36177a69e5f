import { ERRORS, type ErrorCode, type Problem } from '@inlet/contracts';
import { z } from 'zod';

const isErrorCode = (code: string): code is ErrorCode => code in ERRORS;

/** A problem document (RFC 9457), in the form of `toProblem` of the contracts. */
export const problemSchema = z.looseObject({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  code: z.enum(Object.keys(ERRORS).filter(isErrorCode)),
  detail: z.string().exactOptional(),
  help: z.string(),
  errors: z.array(z.strictObject({ path: z.string(), message: z.string() })).exactOptional(),
  requestId: z.string().exactOptional(),
}) satisfies z.ZodType<Problem>;
