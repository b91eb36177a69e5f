import type { FieldError, LinkedFeed, Problem } from '@inlet/contracts';

/** Codes for failures before Inlet answers, for a host's `data` that Inlet rejects, and for code or files that cannot be loaded. */
export type LocalCode =
  | 'offline'
  | 'unknown_answer'
  | 'data_invalid'
  | 'part_missing'
  | 'file_changed'
  | 'file_unreadable'
  | 'file_empty';

export interface ApiProblemOptions {
  readonly status?: number | null | undefined;
  readonly problem?: Partial<Problem>;
  readonly cause?: unknown;
}

/** A failure that the screens can show. */
export class ApiProblem extends Error {
  override readonly name = 'ApiProblem';
  readonly code: Problem['code'] | LocalCode;
  /** null if there was no answer. */
  readonly status: number | null;
  readonly problem: Partial<Problem>;

  constructor(code: ApiProblem['code'], options: ApiProblemOptions = {}) {
    super(options.problem?.detail ?? options.problem?.title ?? code, { cause: options.cause });
    this.code = code;
    this.status = options.status ?? null;
    this.problem = options.problem ?? {};
  }

  /** The feeds that the address links to if it is a web page. */
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

/** Reads the problem of a failed response; `unknown_answer` if it has none, such as an error page of a proxy. */
export async function problemOfResponse(response: Response): Promise<ApiProblem> {
  const problem = (await response.json().catch(() => null)) as Partial<Problem> | null;
  return typeof problem?.code === 'string'
    ? new ApiProblem(problem.code, { status: response.status, problem })
    : new ApiProblem('unknown_answer', { status: response.status });
}

/** Reads the problem that ends a stream of events. */
export function problemOfEvent(data: string): ApiProblem {
  const problem = JSON.parse(data) as ApiProblem['problem'];
  const { code = 'unknown_answer', status } = problem;
  return new ApiProblem(code, { problem, status });
}
