import type { WidgetMessage } from '@inlet/contracts';
import { ApiProblem } from '../api/api-problem.js';

/** The error message for the developer of the host page, with every invalid field. */
export function toErrorMessage(problem: unknown): WidgetMessage {
  if (!(problem instanceof ApiProblem)) return { type: 'error', code: 'internal', message: String(problem) };
  const faults = problem.fieldErrors.map(({ path, message }) => `${path}: ${message}`);
  return { type: 'error', code: problem.code, message: [problem.message, ...faults].join('\n') };
}
