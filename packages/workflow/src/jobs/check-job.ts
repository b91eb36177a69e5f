import { InletError, type Template } from '@inlet/contracts';
import { checkMapping } from '@inlet/pipeline';
import { checkSchedule } from '@inlet/schedule';
import type { Job } from '../ports/model.js';

interface JobToCheck extends Pick<Job, 'source' | 'mapping' | 'schedule'> {
  readonly now: Date;
}

/** Refuses a job that its template does not allow. */
export function checkJob(template: Template, { source, mapping, schedule, now }: JobToCheck): void {
  if (template.mode !== 'automatic') throw new InletError('template_not_automatic');
  if (!template.destination) throw new InletError('template_no_destination');
  checkSourceAndMapping(template, { source, mapping });
  checkSchedule(schedule, { now, minIntervalMinutes: template.minIntervalMinutes });
}

/** Refuses a source or a mapping that the template does not allow. */
export function checkSourceAndMapping(
  template: Pick<Template, 'allowedSources' | 'columns'>,
  { source, mapping }: Pick<Job, 'source' | 'mapping'>,
): void {
  if (!template.allowedSources.includes(source.kind)) {
    throw new InletError('source_kind_not_allowed', {
      detail: `Allowed: ${template.allowedSources.join(', ')}.`,
    });
  }
  checkMapping(mapping, template.columns);
}
