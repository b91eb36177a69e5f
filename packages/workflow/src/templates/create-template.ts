import { InletError, type TemplateInput, type TemplateView, viewTemplate } from '@inlet/contracts';
import { checkColumns } from '@inlet/pipeline';
import type { World } from '../ports/world.js';

export async function createTemplate(
  world: World,
  { projectId, input }: { projectId: string; input: TemplateInput },
): Promise<TemplateView> {
  checkColumns(input.columns);
  const now = world.now();
  const template = { ...input, id: world.newId('tpl'), projectId, createdAt: now, updatedAt: now };
  const result = await world.store.templates.insert(template);
  if (result === 'code_taken')
    throw new InletError('template_code_taken', { detail: `The code is "${input.code}".` });
  return viewTemplate(template);
}
