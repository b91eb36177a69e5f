import { InletError, type Source, type Template } from '@inlet/contracts';
import { checkMapping } from '@inlet/pipeline';
import { checkSchedule } from '@inlet/schedule';
import type { Job } from '../ports/model.js';

interface JobToCheck extends Pick<Job, 'source' | 'mapping' | 'schedule'> {
  readonly now: Date;
}

/** Refuses a job that its template does not allow. */
export function checkJob(template: Template, { source, mapping, schedule, now }: JobToCheck): void {
  checkCanImport(template, source);
  checkMapping(mapping, template.columns);
  checkSchedule(schedule, { now, minIntervalMinutes: template.minIntervalMinutes });
}

/** Refuses a template that cannot take rows from this source, which only the host can change. */
export function checkCanImport(
  template: Pick<Template, 'mode' | 'destination' | 'allowedSources'>,
  source: Source,
): void {
  if (template.mode !== 'automatic') throw new InletError('template_not_automatic');
  if (!template.destination) throw new InletError('template_no_destination');
  checkSourceKind(template, source);
}

/** Refuses a source or a mapping that the template does not allow. */
export function checkSourceAndMapping(
  template: Pick<Template, 'allowedSources' | 'columns'>,
  { source, mapping }: Pick<Job, 'source' | 'mapping'>,
): void {
  checkSourceKind(template, source);
  checkMapping(mapping, template.columns);
}

function checkSourceKind({ allowedSources }: Pick<Template, 'allowedSources'>, { kind }: Source): void {
  if (allowedSources.includes(kind)) return;
  throw new InletError('source_kind_not_allowed', { detail: `Allowed: ${allowedSources.join(', ')}.` });
}
