import type { ErrorCode, Problem } from '@inlet/contracts';

/** An answer of the API that is no success. */
export class InletApiError extends Error {
  override readonly name = 'InletApiError';
  /** HTTP status. */
  readonly status: number;
  /** What Inlet says; null where something in between answered, such as a proxy. */
  readonly problem: Problem | null;

  constructor(status: number, problem: Problem | null) {
    super(
      problem
        ? [problem.title, problem.detail, problem.help].filter(Boolean).join(' - ')
        : `Status ${status}, and no word from Inlet: is the address right?`,
    );
    this.status = status;
    this.problem = problem;
  }

  get code(): ErrorCode | null {
    return this.problem?.code ?? null;
  }
}

/** Reads the body of an answer that is no success. */
export function toApiError(status: number, body: string): InletApiError {
  return new InletApiError(status, parseProblem(body));
}

/** Reads the last word of a stream of events. */
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
