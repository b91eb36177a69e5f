import type { ProposedChanges, WidgetJobInput, WidgetJobPatch, WidgetTemplate } from '@inlet/contracts';
import { filledMapping } from './mapping-status.js';
import { toSchedule } from './schedule-form.js';
import { toFilter, toIdentity } from './selection-form.js';
import type { WizardState } from './state.js';
import { toSource } from './to-source.js';

/** The input for a new job; null while a step is incomplete. */
export function toJobInput(
  state: WizardState,
  template: Pick<WidgetTemplate, 'columns'>,
): Omit<WidgetJobInput, 'isDraft' | 'runNow' | 'overlap' | 'whenHeld'> | null {
  const schedule = toSchedule(state.schedule);
  const mapping = filledMapping(template, state.mapping);
  if (state.found === null || schedule === null || mapping.length === 0) return null;
  const { outline } = state.found;
  return {
    label: state.label.trim() || state.found.address,
    source: toSource(state.source),
    recordPath: outline.recordPath,
    parseOptions: outline.parseOptions,
    mapping,
    identity: toIdentity(state.selection.identity),
    filter: toFilter(state.selection.filter, template.columns),
    firstRun: state.selection.firstRun,
    schedule,
    changeDetection: state.changeDetection,
    guardRails: state.guardRails,
  };
}

/** The changes to an existing job; null while a step is incomplete. Omits the source if it was not read again. */
export function toJobPatch(
  state: WizardState,
  template: Pick<WidgetTemplate, 'columns'>,
): WidgetJobPatch | null {
  const schedule = toSchedule(state.schedule);
  const mapping = filledMapping(template, state.mapping);
  if (schedule === null || mapping.length === 0) return null;
  const { label, selection, changeDetection, guardRails, found, editing } = state;
  return {
    label: label.trim() || undefined,
    mapping,
    identity: toIdentity(selection.identity),
    filter: toFilter(selection.filter, template.columns),
    firstRun: editing === null || editing.isDraft ? selection.firstRun : undefined,
    schedule,
    changeDetection,
    guardRails,
    ...(found && {
      source: toSource(state.source, state.editing?.source),
      recordPath: found.outline.recordPath,
      parseOptions: found.outline.parseOptions,
    }),
  };
}

/** The changes that a dry run tries out: everything that decides which rows the next run brings. */
export function toProposedChanges(
  state: WizardState,
  template: Pick<WidgetTemplate, 'columns'>,
): ProposedChanges | null {
  const patch = toJobPatch(state, template);
  if (!patch) return null;
  const { label: _, schedule: __, overlap: ___, firstRun: ____, ...changes } = patch;
  return changes;
}
