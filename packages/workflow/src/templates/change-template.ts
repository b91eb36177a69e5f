import {
  InletError,
  type Template,
  type TemplateInput,
  type TemplatePatch,
  type TemplateView,
  templateFaults,
  viewTemplate,
} from '@inlet/contracts';
import { checkColumns } from '@inlet/pipeline';
import type { Context } from '../ports/context.js';
import { brokenJobs } from './broken-jobs.js';
import { findTemplate } from './find-template.js';

/** Changes the fields that are given. Refuses, unless forced, what would break import jobs. */
export async function changeTemplate(
  context: Context,
  options: { projectId: string; templateId: string; patch: TemplatePatch; isForced: boolean },
): Promise<TemplateView> {
  const { projectId, templateId, patch, isForced } = options;
  const before = await findTemplate(context, options);
  const input = merge(before, patch);
  refuseFaults(input);
  checkColumns(input.columns);
  if (!isForced) {
    const jobs = brokenJobs(await context.store.jobs.listOfTemplate(projectId, templateId), {
      before,
      after: input,
    });
    if (jobs.length > 0) throw new InletError('template_in_use', { extra: { jobs } });
  }
  const updatedAt = context.now();
  const result = await context.store.templates.replace(projectId, templateId, {
    input,
    expectedUpdatedAt: before.updatedAt,
    updatedAt,
  });
  if (result === 'code_taken')
    throw new InletError('template_code_taken', { detail: `The code is "${input.code}".` });
  if (result === 'changed_meanwhile') throw new InletError('template_changed_meanwhile');
  return viewTemplate({ ...input, id: before.id, projectId, createdAt: before.createdAt, updatedAt });
}

/** Given fields replace old ones whole; a destination without its auth header keeps it while its address stays on the same site. */
function merge(before: Template, patch: TemplatePatch): TemplateInput {
  const { id: _id, projectId: _project, createdAt: _created, updatedAt: _updated, ...old } = before;
  const given = Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined));
  const input: TemplateInput = { ...old, ...given };
  const { destination } = input;
  if (!destination || destination.authHeader || !before.destination?.authHeader) return input;
  const isSameSite = new URL(destination.url).origin === new URL(before.destination.url).origin;
  if (!isSameSite) return input;
  return { ...input, destination: { ...destination, authHeader: before.destination.authHeader } };
}

function refuseFaults(input: TemplateInput): void {
  const faults = templateFaults(input);
  if (faults.length === 0) return;
  throw new InletError('invalid_request', {
    errors: faults.map(({ path, message }) => ({ path: path.join('.'), message })),
  });
}
