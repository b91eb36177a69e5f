import { InletError, type Mapping, type Schedule, type Source, type Template } from '@inlet/contracts';
import { checkMapping } from '@inlet/pipeline';
import { checkSchedule } from '@inlet/schedule';

/** Refuses what a job of this template must not have. */
export function checkJob(
  template: Template,
  { source, mapping, schedule, now }: { source: Source; mapping: Mapping; schedule: Schedule; now: Date },
): void {
  if (template.mode !== 'automatic') throw new InletError('template_not_automatic');
  if (!template.destination) throw new InletError('template_no_destination');
  checkReading(template, { source, mapping });
  checkSchedule(schedule, { now, minIntervalMinutes: template.minIntervalMinutes });
}

/** The part of it that decides what becomes of the source. */
export function checkReading(
  template: Pick<Template, 'allowedSources' | 'columns'>,
  { source, mapping }: { source: Source; mapping: Mapping },
): void {
  if (!template.allowedSources.includes(source.kind)) {
    throw new InletError('source_kind_not_allowed', {
      detail: `Allowed: ${template.allowedSources.join(', ')}.`,
    });
  }
  checkMapping(mapping, template.columns);
}
