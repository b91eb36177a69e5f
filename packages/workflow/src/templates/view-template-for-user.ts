import type { Template, WidgetTemplate } from '@inlet/contracts';

/** A template without its destination. */
export function viewTemplateForUser(template: Template): WidgetTemplate {
  const { id, code, name, mode, columns, identity, allowedSources, minIntervalMinutes } = template;
  return { id, code, name, mode, columns, identity, allowedSources, minIntervalMinutes };
}
