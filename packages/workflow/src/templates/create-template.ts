import { InletError, type TemplateInput, type TemplateView, viewTemplate } from '@inlet/contracts';
import { checkColumns } from '@inlet/pipeline';
import { requireHost } from '../access/authorize.js';
import type { Caller } from '../access/caller.js';
import type { Context } from '../ports/context.js';

export async function createTemplate(
  context: Context,
  caller: Caller,
  input: TemplateInput,
): Promise<TemplateView> {
  requireHost(caller);
  checkColumns(input.columns);
  const now = context.now();
  const { projectId } = caller;
  const template = {
    ...input,
    id: context.newId('tpl'),
    projectId,
    revision: 1,
    createdAt: now,
    updatedAt: now,
  };
  const result = await context.store.templates.insert(template);
  if (result === 'code_taken')
    throw new InletError('template_code_taken', { detail: `The code is "${input.code}".` });
  return viewTemplate(template);
}
