import { InletError, type Template } from '@inlet/contracts';
import type { Context } from '../ports/context.js';

export async function findTemplate(
  context: Context,
  { projectId, templateId }: { projectId: string; templateId: string },
): Promise<Template> {
  const template = await context.store.templates.get(projectId, templateId);
  if (!template) throw new InletError('template_not_found');
  return template;
}
