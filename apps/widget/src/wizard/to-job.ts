import type { ProposedChanges, WidgetJobInput, WidgetJobPatch, WidgetTemplate } from '@inlet/contracts';
import { filledMapping } from './mapping-status.js';
import { toSchedule } from './schedule-form.js';
import type { WizardState } from './state.js';
import { toSource } from './to-source.js';

/** What a new job is made from; null while a step is not complete. */
export function toJobInput(
  state: WizardState,
  template: Pick<WidgetTemplate, 'columns'>,
): Omit<WidgetJobInput, 'isDraft' | 'runNow' | 'overlap'> | null {
  const schedule = toSchedule(state.schedule);
  const mapping = filledMapping(template, state.mapping);
  if (state.look === null || schedule === null || mapping.length === 0) return null;
  const { outline } = state.look;
  return {
    label: state.label.trim() || state.look.url,
    source: toSource(state.source),
    recordPath: outline.recordPath,
    parseOptions: outline.parseOptions,
    mapping,
    schedule,
    changeDetection: state.changeDetection,
    guardRails: state.guardRails,
  };
}

/** What changes in the job that is edited. The source is left out unless it was looked at. */
export function toJobPatch(
  state: WizardState,
  template: Pick<WidgetTemplate, 'columns'>,
): WidgetJobPatch | null {
  const schedule = toSchedule(state.schedule);
  const mapping = filledMapping(template, state.mapping);
  if (schedule === null || mapping.length === 0) return null;
  const { label, changeDetection, guardRails, look } = state;
  return {
    ...(label.trim() !== '' && { label: label.trim() }),
    mapping,
    schedule,
    changeDetection,
    guardRails,
    ...(look && {
      source: toSource(state.source, { hasStored: state.editing?.hasSecrets ?? false }),
      recordPath: look.outline.recordPath,
      parseOptions: look.outline.parseOptions,
    }),
  };
}

/** The part of these changes that a dry run tries out: all that decides which rows the next run brings. */
export function toProposedChanges(
  state: WizardState,
  template: Pick<WidgetTemplate, 'columns'>,
): ProposedChanges | null {
  const patch = toJobPatch(state, template);
  if (!patch) return null;
  const { label: _, schedule: __, overlap: ___, ...changes } = patch;
  return changes;
}
