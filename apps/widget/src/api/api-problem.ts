import type { FieldError, LinkedFeed, Problem } from '@inlet/contracts';

/** Codes for what goes wrong before there is an answer of Inlet, and for a host's `data` that it refuses. */
export type LocalCode = 'offline' | 'unknown_answer' | 'data_invalid';

/** Anything that went wrong, as the screens show it. */
export class ApiProblem extends Error {
  override readonly name = 'ApiProblem';
  readonly code: Problem['code'] | LocalCode;
  /** Null where there was no answer. */
  readonly status: number | null;
  readonly problem: Partial<Problem>;

  constructor(
    code: ApiProblem['code'],
    options: { status?: number | null; problem?: Partial<Problem>; cause?: unknown } = {},
  ) {
    super(options.problem?.detail ?? options.problem?.title ?? code, { cause: options.cause });
    this.code = code;
    this.status = options.status ?? null;
    this.problem = options.problem ?? {};
  }

  /** Feeds that a web page offers instead. */
  get feeds(): readonly LinkedFeed[] {
    const { feeds } = this.problem;
    return Array.isArray(feeds) ? (feeds as LinkedFeed[]) : [];
  }

  get fieldErrors(): readonly FieldError[] {
    return this.problem.errors ?? [];
  }
}

export const isAbort = (error: unknown): boolean =>
  error instanceof DOMException && error.name === 'AbortError';

/** Every failure as a problem; a bug stays what it is. */
export async function toProblem(response: Response): Promise<ApiProblem> {
  const problem = (await response.json().catch(() => null)) as Partial<Problem> | null;
  return typeof problem?.code === 'string'
    ? new ApiProblem(problem.code, { status: response.status, problem })
    : new ApiProblem('unknown_answer', { status: response.status });
}

/** The last word of a stream of events. */
export function problemOfEvent(data: string): ApiProblem {
  const problem = JSON.parse(data) as ApiProblem['problem'];
  const { code = 'unknown_answer', status } = problem;
  return new ApiProblem(code, { problem, ...(status !== undefined && { status }) });
}
