/** There was no answer, after all attempts. `cause` has what happened. */
export class InletConnectionError extends Error {
  override readonly name = 'InletConnectionError';

  constructor(origin: string, cause: unknown) {
    super(`There is no answer from ${origin}`, { cause });
  }
}
