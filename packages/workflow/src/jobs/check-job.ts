import { type FieldError, InletError, type Source, type Template } from '@inlet/contracts';
import { checkMapping, hasFeedField, isFeedFieldPath, mappingPaths } from '@inlet/pipeline';
import { checkSchedule } from '@inlet/schedule';
import type { FeedJob, Job } from '../ports/model.js';

type MappedSource = Pick<FeedJob, 'source' | 'mapping' | 'recordPath' | 'parseOptions'>;

interface JobToCheck extends MappedSource, Pick<FeedJob, 'schedule'> {
  readonly now: Date;
}

/** Refuses a job that its template does not allow. */
export function checkJob(template: Template, job: JobToCheck): void {
  const { schedule, now } = job;
  checkCanImport(template, job);
  checkMapping(job.mapping, template.columns);
  checkFeedFields(job);
  checkSchedule(schedule, { now, minIntervalMinutes: template.minIntervalMinutes });
}

/** Refuses a template that cannot take rows from the source of a job, which only the host can change. */
export function checkCanImport(
  template: Pick<Template, 'destination' | 'allowedSources'>,
  { source }: Pick<Job, 'source'>,
): void {
  if (!template.destination) throw new InletError('template_no_destination');
  if (source === null) return;
  if (template.destination.kind !== 'webhook') throw new InletError('destination_needs_server');
  checkSourceKind(template, source);
}

/** Refuses a source or a mapping that the template does not allow. */
export function checkSourceAndMapping(
  template: Pick<Template, 'allowedSources' | 'columns'>,
  job: MappedSource,
): void {
  checkSourceKind(template, job.source);
  checkMapping(job.mapping, template.columns);
  checkFeedFields(job);
}

/** Feed fields are not in the outline of every file, but it is known which ones there are, and for which records. */
function checkFeedFields({ mapping, recordPath, parseOptions: { format } }: MappedSource): void {
  const errors = mapping.flatMap((entry, index): FieldError[] =>
    mappingPaths([entry])
      .filter((path) => isFeedFieldPath(path) && !hasFeedField(path, { format, recordPath }))
      .map((path) => ({
        path: `mapping.${index}.${'path' in entry ? 'path' : 'template'}`,
        message: `The records at ${recordPath} have no feed field "${path}"`,
      })),
  );
  const [first] = errors;
  if (first) throw new InletError('mapping_path_unknown', { detail: first.message, errors });
}

function checkSourceKind({ allowedSources }: Pick<Template, 'allowedSources'>, { kind }: Source): void {
  if (allowedSources.includes(kind)) return;
  throw new InletError('source_kind_not_allowed', { detail: `Allowed: ${allowedSources.join(', ')}.` });
}
