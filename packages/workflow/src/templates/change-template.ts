import {
  InletError,
  keepDestinationSecrets,
  type Template,
  type TemplateInput,
  type TemplatePatch,
  type TemplateView,
  templateFaults,
  viewTemplate,
} from '@inlet/contracts';
import { checkColumns } from '@inlet/pipeline';
import { findTemplate, requireHost } from '../access/authorize.js';
import type { Caller } from '../access/caller.js';
import type { Context } from '../ports/context.js';
import { isSeenByHost, type TemplateRef } from '../ports/model.js';
import { brokenJobs } from './broken-jobs.js';

export interface TemplateChange {
  readonly templateId: string;
  readonly patch: TemplatePatch;
  /** Change it although import jobs use what the change removes. */
  readonly isForced: boolean;
}

/** Changes the given fields. Refuses, unless forced, a change that would break import jobs. */
export async function changeTemplate(
  context: Context,
  caller: Caller,
  { templateId, patch, isForced }: TemplateChange,
): Promise<TemplateView> {
  requireHost(caller);
  const before = await findTemplate(context, caller, templateId);
  const template: TemplateRef = { projectId: caller.projectId, templateId: before.id };
  const input = merge(before, patch);
  refuseFaults(input);
  checkColumns(input.columns);
  if (!isForced) {
    const using = (await context.store.jobs.listOfTemplate(template)).filter(isSeenByHost);
    const jobs = brokenJobs(using, { before, after: input });
    if (jobs.length > 0) throw new InletError('template_in_use', { extra: { jobs } });
  }
  const updatedAt = context.now();
  const result = await context.store.templates.replace(template, {
    input,
    expectedRevision: before.revision,
    updatedAt,
  });
  if (result === 'code_taken')
    throw new InletError('template_code_taken', { detail: `The code is "${input.code}".` });
  if (result === 'changed_meanwhile') throw new InletError('template_changed_meanwhile');
  return viewTemplate({ ...before, ...input, updatedAt });
}

/**
 * Replaces given fields as a whole. Auth headers are never shown, so a destination without one keeps the old one as
 * long as it stays on the same server.
 */
function merge(before: Template, patch: TemplatePatch): TemplateInput {
  const {
    id: _id,
    projectId: _project,
    revision: _revision,
    createdAt: _created,
    updatedAt: _updated,
    ...old
  } = before;
  const given = Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined));
  const input: TemplateInput = { ...old, ...given };
  if (!input.destination || !before.destination) return input;
  return { ...input, destination: keepDestinationSecrets(before.destination, input.destination) };
}

function refuseFaults(input: TemplateInput): void {
  const faults = templateFaults(input);
  if (faults.length === 0) return;
  throw new InletError('invalid_request', {
    errors: faults.map(({ path, message }) => ({ path: path.join('.'), message })),
  });
}
