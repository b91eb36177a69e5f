import { type Page, type PageQuery, type TemplateView, viewTemplate } from '@inlet/contracts';
import type { World } from '../ports/world.js';
import { findTemplate } from './find-template.js';

export async function getTemplate(
  world: World,
  which: { projectId: string; templateId: string },
): Promise<TemplateView> {
  return viewTemplate(await findTemplate(world, which));
}

export async function listTemplates(
  world: World,
  { projectId, page }: { projectId: string; page: PageQuery },
): Promise<Page<TemplateView>> {
  const { items, nextCursor } = await world.store.templates.list(projectId, page);
  return { items: items.map(viewTemplate), nextCursor };
}
