import { InletError, type TemplateInput, type TemplateView, viewTemplate } from '@inlet/contracts';
import { checkColumns } from '@inlet/pipeline';
import type { Context } from '../ports/context.js';

export async function createTemplate(
  context: Context,
  { projectId, input }: { projectId: string; input: TemplateInput },
): Promise<TemplateView> {
  checkColumns(input.columns);
  const now = context.now();
  const template = { ...input, id: context.newId('tpl'), projectId, createdAt: now, updatedAt: now };
  const result = await context.store.templates.insert(template);
  if (result === 'code_taken')
    throw new InletError('template_code_taken', { detail: `The code is "${input.code}".` });
  return viewTemplate(template);
}
