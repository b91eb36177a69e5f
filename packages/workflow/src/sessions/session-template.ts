import type { Column, Session, Template, WidgetTemplate } from '@inlet/contracts';
import type { Context } from '../ports/context.js';
import { findTemplate } from '../templates/find-template.js';
import { withColumns } from '../templates/with-columns.js';
import { findOwnJob } from './find-own.js';

/** A session, and the job that is being changed, if it is about one. */
export interface SessionAbout {
  readonly session: Session;
  readonly jobId?: string | undefined;
}

/**
 * The template with the columns that count: those of the session's token, else those that the job was made with,
 * else the template's own.
 */
export async function findSessionTemplate(
  context: Context,
  { session, jobId }: SessionAbout,
): Promise<Template> {
  const job = jobId === undefined ? null : await findOwnJob(context, { session, jobId });
  const template = await findTemplate(context, session);
  return withColumns(template, session.columns ?? job?.columns ?? null);
}

export async function getSessionTemplate(context: Context, about: SessionAbout): Promise<WidgetTemplate> {
  return viewSessionTemplate(await findSessionTemplate(context, about), null);
}

/** A template as the widget shows it: nothing of where its rows go. */
export function viewSessionTemplate(template: Template, columns: readonly Column[] | null): WidgetTemplate {
  const { id, code, name, mode, allowedSources, minIntervalMinutes, ...rest } = withColumns(
    template,
    columns,
  );
  return {
    id,
    code,
    name,
    mode,
    columns: rest.columns,
    identity: rest.identity,
    allowedSources,
    minIntervalMinutes,
  };
}
