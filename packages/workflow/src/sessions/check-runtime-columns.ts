import { type Column, type FieldError, InletError, type Template, templateFaults } from '@inlet/contracts';
import { checkColumns } from '@inlet/pipeline';

/** Refuses a token's `schema` that a template could not have, or that lacks what identifies the template's rows. */
export function checkRuntimeColumns(
  template: Pick<Template, 'identity' | 'uniqueTogether'>,
  columns: readonly Column[],
): void {
  const { identity, uniqueTogether } = template;
  const faults = templateFaults({ columns: [...columns], identity, uniqueTogether });
  refuse(faults.map(({ path, message }) => ({ path: path.join('.'), message })));
  try {
    checkColumns(columns);
  } catch (error) {
    if (!(error instanceof InletError)) throw error;
    refuse(error.errors ?? []);
    throw error;
  }
}

/** The columns of a template are the `schema` of a token. */
function refuse(faults: readonly FieldError[]): void {
  const [first] = faults;
  if (!first) return;
  throw new InletError('user_token_invalid', {
    detail: `Its schema is faulty: ${first.message}`,
    errors: faults.map(({ path, message }) => ({ path: path.replace(/^columns/, 'schema'), message })),
  });
}
