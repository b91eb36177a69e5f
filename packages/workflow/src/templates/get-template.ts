import { type Page, type PageQuery, type TemplateView, viewTemplate } from '@inlet/contracts';
import type { Context } from '../ports/context.js';
import { findTemplate } from './find-template.js';

export async function getTemplate(
  context: Context,
  which: { projectId: string; templateId: string },
): Promise<TemplateView> {
  return viewTemplate(await findTemplate(context, which));
}

export async function listTemplates(
  context: Context,
  { projectId, page }: { projectId: string; page: PageQuery },
): Promise<Page<TemplateView>> {
  const { items, nextCursor } = await context.store.templates.list(projectId, page);
  return { items: items.map(viewTemplate), nextCursor };
}
