import { InletError, type Template } from '@inlet/contracts';
import type { Context } from '../ports/context.js';

export interface TemplateRef {
  readonly projectId: string;
  readonly templateId: string;
}

export async function findTemplate(
  { store }: Pick<Context, 'store'>,
  { projectId, templateId }: TemplateRef,
): Promise<Template> {
  const template = await store.templates.get(projectId, templateId);
  if (!template) throw new InletError('template_not_found');
  return template;
}
