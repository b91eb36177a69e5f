import type { ChangeDetection, GuardRails, MappedColumn, WidgetGiven } from '@inlet/contracts';
import { isGivenAddress } from './addresses.js';
import { nameOf } from './name-of.js';
import { newScheduleForm, toScheduleForm } from './schedule-form.js';
import { newSelectionForm, toSelectionForm } from './selection-form.js';
import { type FoundSource, STEPS, type WizardEvent, type WizardState } from './state.js';
import { newSourceForm, toSourceForm } from './to-source.js';

/** The defaults of `guardRailsSchema` and `changeDetectionSchema`, without loading the schemas; a test compares them. */
export const DEFAULT_GUARD_RAILS: GuardRails = {
  maxInvalidPercent: 50,
  maxRemovedPercent: 30,
  holdWhenEmpty: true,
  holdOnDrift: true,
  holdOnChurn: true,
  sourceIncomplete: 'hold',
  pauseAfterFailures: 10,
};
export const DEFAULT_CHANGE_DETECTION: ChangeDetection = {
  send: 'new_and_changed',
  removed: false,
  ignoreColumns: [],
};

/** A new import, prefilled with the host's data. */
export const newWizard = (timeZone: string, given: WidgetGiven | null = null): WizardState => ({
  step: 'configure',
  source: newSourceForm(given),
  hasLostSecrets: false,
  found: null,
  parseOptions: {},
  mapping: {},
  suggestions: [],
  selection: newSelectionForm(),
  label: given?.name ?? '',
  schedule: given?.schedule ? toScheduleForm(given.schedule) : newScheduleForm(timeZone),
  changeDetection: DEFAULT_CHANGE_DETECTION,
  guardRails: DEFAULT_GUARD_RAILS,
  runNow: true,
  editing: null,
  given,
  draftJobId: null,
  result: null,
});

/** The reducer of the wizard: the only place that changes its state. */
export function reduce(state: WizardState, event: WizardEvent): WizardState {
  switch (event.type) {
    case 'updateSource':
      return { ...state, source: { ...state.source, ...event.source }, hasLostSecrets: false };
    case 'receiveOutline':
      return withOutline(state, event);
    case 'dropOutline':
      return { ...state, found: null };
    case 'mapColumn':
      return { ...state, mapping: withColumn(state.mapping, event) };
    case 'applySuggestions':
      return { ...state, mapping: { ...byColumn(event.mapping), ...state.mapping } };
    case 'clearMapping':
      return { ...state, mapping: {} };
    case 'updateSelection':
      return { ...state, selection: { ...state.selection, ...event.selection } };
    case 'setLabel':
      return { ...state, label: event.label };
    case 'updateSchedule':
      return { ...state, schedule: { ...state.schedule, ...event.schedule } };
    case 'updateChangeDetection':
      return { ...state, changeDetection: { ...state.changeDetection, ...event.changeDetection } };
    case 'updateGuardRails':
      return { ...state, guardRails: { ...state.guardRails, ...event.guardRails } };
    case 'setRunNow':
      return { ...state, runNow: event.runNow };
    case 'setDraft':
      return { ...state, draftJobId: event.jobId };
    case 'goToStep':
      return canGoTo(state, event.step) ? { ...state, step: event.step } : state;
    case 'goBack':
      return { ...state, step: stepBefore(state.step) };
    case 'finish':
      return { ...state, step: 'done', draftJobId: null, result: { job: event.job, run: event.run } };
    case 'editJob':
      return wizardOfJob(event);
    case 'restart':
      return newWizard(event.timeZone);
  }
}

/** A step can be entered when the ones before it have what they need. */
export function canGoTo(state: WizardState, step: WizardState['step']): boolean {
  if (step === 'configure') return true;
  if (step === 'done') return state.result !== null;
  if (state.editing) return true;
  return state.found !== null && (step === 'map' || Object.keys(state.mapping).length > 0);
}

/** Whether closing would lose work. */
export function hasWork(state: WizardState): boolean {
  const { step, source, found, editing: job } = state;
  return (
    step !== 'done' &&
    job === null &&
    !isOnlyPrefilled(state) &&
    (found !== null || source.address.trim() !== '')
  );
}

/** Nothing but the host's data is filled in, and the host will provide it again. */
const isOnlyPrefilled = ({ step, source, given }: WizardState): boolean =>
  step === 'configure' && isGivenAddress(source.address, given) && source.auth.kind === 'none';

/** The host prefilled an address that has not been read yet. */
export const needsOutline = ({ source, found, given }: WizardState): boolean =>
  found === null && isGivenAddress(source.address, given);

function stepBefore(step: WizardState['step']): WizardState['step'] {
  if (step === 'done') return 'done';
  return STEPS[Math.max(0, STEPS.indexOf(step) - 1)] ?? 'configure';
}

/** Keeps the mapping if the same list of the same source was read again; otherwise starts with the suggestions. */
function withOutline(
  state: WizardState,
  event: Extract<WizardEvent, { type: 'receiveOutline' }>,
): WizardState {
  const { found, suggestions, parseOptions } = event;
  const known = state.found ?? state.editing;
  const recordPath = state.found?.outline.recordPath ?? state.editing?.recordPath;
  const isSame = known?.address === found.address && recordPath === found.outline.recordPath;
  const isNamed = state.label !== '' && state.label !== labelOf(state.found);
  return {
    ...state,
    found,
    suggestions,
    parseOptions,
    mapping: isSame ? state.mapping : { ...byColumn(event.mapping), ...givenMapping(state.given, found) },
    label: isNamed || state.editing ? state.label : labelOf(found),
  };
}

/**
 * The host's mapping, which overrides suggestions. If the person chose another address, only the rules whose path
 * exists there apply.
 */
function givenMapping(
  given: WidgetGiven | null,
  { address, outline }: FoundSource,
): Record<string, MappedColumn> {
  if (!given) return {};
  const known = new Set(outline.headings.map(({ path }) => path));
  const isUsable = (rule: MappedColumn) =>
    isGivenAddress(address, given) || !('path' in rule) || known.has(rule.path);
  return byColumn(given.mapping.filter(isUsable));
}

const labelOf = (found: FoundSource | null): string => (found === null ? '' : nameOf(found));

const byColumn = (mapping: readonly MappedColumn[]): Record<string, MappedColumn> =>
  Object.fromEntries(mapping.map((mapped) => [mapped.column, mapped]));

function withColumn(
  mapping: WizardState['mapping'],
  { column, to }: Extract<WizardEvent, { type: 'mapColumn' }>,
): WizardState['mapping'] {
  const { [column]: _, ...others } = mapping;
  return to === null ? others : { ...others, [column]: to };
}

function wizardOfJob({ job, template = null }: Extract<WizardEvent, { type: 'editJob' }>): WizardState {
  const { source, parseOptions, mapping, schedule } = job;
  const form = toSourceForm(source);
  return {
    ...newWizard(schedule.timeZone),
    source: form,
    parseOptions: { encoding: parseOptions.encoding, csv: parseOptions.csv },
    mapping: byColumn(mapping),
    selection: toSelectionForm(job),
    label: job.label,
    schedule: toScheduleForm(schedule),
    changeDetection: job.changeDetection,
    guardRails: job.guardRails,
    runNow: job.status === 'draft',
    editing: {
      jobId: job.id,
      isDraft: job.status === 'draft',
      address: form.address,
      recordPath: job.recordPath,
      source,
      template,
    },
    draftJobId: job.status === 'draft' ? job.id : null,
  };
}
