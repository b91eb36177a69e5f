import { InletError, type Template } from '@inlet/contracts';
import type { World } from '../ports/world.js';

export async function findTemplate(
  world: World,
  { projectId, templateId }: { projectId: string; templateId: string },
): Promise<Template> {
  const template = await world.store.templates.get(projectId, templateId);
  if (!template) throw new InletError('template_not_found');
  return template;
}
