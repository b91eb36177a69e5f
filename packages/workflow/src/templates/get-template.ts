import {
  type Page,
  type PageQuery,
  type Template,
  type TemplateView,
  viewTemplate,
  type WidgetTemplate,
} from '@inlet/contracts';
import { findTemplate, findTemplateInUse, requireHost } from '../access/authorize.js';
import type { Caller } from '../access/caller.js';
import type { Context } from '../ports/context.js';

type ReadsStore = Pick<Context, 'store'>;

export async function getTemplate(
  context: ReadsStore,
  caller: Caller,
  { templateId }: { templateId: string },
): Promise<TemplateView> {
  requireHost(caller);
  return viewTemplate(await findTemplate(context, caller, templateId));
}

/** The template of the caller's session, with the columns in effect for a job or for a new one. */
export async function getSessionTemplate(
  context: ReadsStore,
  caller: Caller,
  { jobId }: { jobId?: string | undefined },
): Promise<WidgetTemplate> {
  return viewTemplateForUser(await findTemplateInUse(context, caller, { jobId }));
}

/** Lists the templates, the newest first. */
export async function listTemplates(
  { store }: ReadsStore,
  caller: Caller,
  { page }: { page: PageQuery },
): Promise<Page<TemplateView>> {
  requireHost(caller);
  const { items, nextCursor } = await store.templates.list(caller.projectId, page);
  return { items: items.map(viewTemplate), nextCursor };
}

/** A template without its destination. */
export function viewTemplateForUser(template: Template): WidgetTemplate {
  return {
    id: template.id,
    code: template.code,
    name: template.name,
    mode: template.mode,
    columns: template.columns,
    identity: template.identity,
    allowedSources: template.allowedSources,
    minIntervalMinutes: template.minIntervalMinutes,
    usersDecideHeldRuns: template.usersDecideHeldRuns,
    allowPartial: template.allowPartial,
    deliversToPage: template.destination?.kind === 'frontend',
    allowCustomColumns: template.allowCustomColumns,
    limits: template.limits,
  };
}
