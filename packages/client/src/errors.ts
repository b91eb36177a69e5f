import type { ErrorCode, Problem } from '@inlet/contracts';

/** An error response of the API. */
export class InletApiError extends Error {
  override readonly name = 'InletApiError';
  /** HTTP status. */
  readonly status: number;
  /** The problem document (RFC 9457); null if something else answered, such as a proxy. */
  readonly problem: Problem | null;

  constructor(status: number, problem: Problem | null) {
    super(
      problem
        ? [problem.title, problem.detail, problem.help].filter(Boolean).join(' - ')
        : `Status ${status}, without a problem document from Inlet: is the address right?`,
    );
    this.status = status;
    this.problem = problem;
  }

  /** The error's code, as docs/errors.md lists it; null without a problem document. */
  get code(): ErrorCode | null {
    return this.problem?.code ?? null;
  }
}

/** No response after all attempts, or a stream that broke off. `cause` is the last error. */
export class InletConnectionError extends Error {
  override readonly name = 'InletConnectionError';

  constructor(origin: string, cause: unknown) {
    super(`No response from ${origin}`, { cause });
  }
}

/** Turns the body of an error response into an error. */
export function toApiError(status: number, body: string): InletApiError {
  return new InletApiError(status, parseProblem(body));
}

/** Turns the data of a stream's `problem` event into an error. */
export function toProblemError(data: string): InletApiError {
  const problem = parseProblem(data);
  return new InletApiError(problem?.status ?? 500, problem);
}

function parseProblem(text: string): Problem | null {
  try {
    const parsed: unknown = JSON.parse(text);
    return isProblem(parsed) ? parsed : null;
  } catch {
    return null;
  }
}

function isProblem(value: unknown): value is Problem {
  if (typeof value !== 'object' || value === null) return false;
  return 'code' in value && typeof value.code === 'string' && 'title' in value && 'status' in value;
}
