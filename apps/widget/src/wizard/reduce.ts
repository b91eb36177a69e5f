import type { ChangeDetection, GuardRails, MappedColumn, WidgetGiven } from '@inlet/contracts';
import { nameOf } from './name-of.js';
import { newScheduleForm, toScheduleForm } from './schedule-form.js';
import { type Look, STEPS, type WizardEvent, type WizardState } from './state.js';

/** As `guardRailsSchema` and `changeDetectionSchema` have them; a test holds them together. */
export const USUAL_GUARD_RAILS: GuardRails = {
  maxInvalidPercent: 50,
  maxRemovedPercent: 30,
  holdWhenEmpty: true,
  holdOnDrift: true,
  pauseAfterFailures: 10,
};
export const USUAL_CHANGES: ChangeDetection = { send: 'new_and_changed', removed: false };

/** A new import; with what the page knows of it already. */
export const newWizard = (timeZone: string, given: WidgetGiven | null = null): WizardState => ({
  step: 'configure',
  source: { url: given?.url ?? '', headers: [], username: '', password: '' },
  hasLostSecrets: false,
  look: null,
  mapping: {},
  suggestions: [],
  label: given?.name ?? '',
  schedule: given?.schedule ? toScheduleForm(given.schedule) : newScheduleForm(timeZone),
  changeDetection: USUAL_CHANGES,
  guardRails: USUAL_GUARD_RAILS,
  runNow: true,
  editing: null,
  given,
  draftJobId: null,
  result: null,
});

/** The wizard: what follows from what happened. Pure; nothing else changes the state. */
export function reduce(state: WizardState, event: WizardEvent): WizardState {
  switch (event.type) {
    case 'sourceTyped':
      return { ...state, source: { ...state.source, ...event.source }, hasLostSecrets: false };
    case 'looked':
      return afterLook(state, event);
    case 'lookDropped':
      return { ...state, look: null };
    case 'mapped':
      return { ...state, mapping: withColumn(state.mapping, event) };
    case 'suggestionsTaken':
      return { ...state, mapping: { ...byColumn(event.mapping), ...state.mapping } };
    case 'mappingCleared':
      return { ...state, mapping: {} };
    case 'labelTyped':
      return { ...state, label: event.label };
    case 'scheduleChanged':
      return { ...state, schedule: { ...state.schedule, ...event.schedule } };
    case 'changeDetectionChanged':
      return { ...state, changeDetection: { ...state.changeDetection, ...event.changeDetection } };
    case 'guardRailsChanged':
      return { ...state, guardRails: { ...state.guardRails, ...event.guardRails } };
    case 'runNowChanged':
      return { ...state, runNow: event.runNow };
    case 'draftMade':
      return { ...state, draftJobId: event.jobId };
    case 'wentTo':
      return canGoTo(state, event.step) ? { ...state, step: event.step } : state;
    case 'wentBack':
      return { ...state, step: stepBefore(state.step) };
    case 'finished':
      return { ...state, step: 'done', draftJobId: null, result: { job: event.job, run: event.run } };
    case 'editOpened':
      return editing(event);
    case 'restarted':
      return newWizard(event.timeZone);
  }
}

/** A step can be entered when the ones before it have what they need. */
export function canGoTo(state: WizardState, step: WizardState['step']): boolean {
  if (step === 'configure') return true;
  if (step === 'done') return state.result !== null;
  if (state.editing) return true;
  return state.look !== null && (step === 'map' || Object.keys(state.mapping).length > 0);
}

/** Whether closing would throw something away. */
export function hasWork(state: WizardState): boolean {
  const { step, source, look, editing: job } = state;
  return step !== 'done' && job === null && !isAsGiven(state) && (look !== null || source.url.trim() !== '');
}

/** Nothing but what the page gave: the next time it begins with the same. */
const isAsGiven = ({ step, source, given }: WizardState): boolean =>
  step === 'configure' && source.url === given?.url && source.username === '' && source.headers.length === 0;

/** The page gave an address that nobody has looked at yet. */
export const isToBeLookedAt = ({ source, look, given }: WizardState): boolean =>
  look === null && given?.url != null && source.url === given.url;

function stepBefore(step: WizardState['step']): WizardState['step'] {
  if (step === 'done') return 'done';
  return STEPS[Math.max(0, STEPS.indexOf(step) - 1)] ?? 'configure';
}

/** The same file again keeps what was mapped by hand; another one, or other records, begins with the suggestions. */
function afterLook(state: WizardState, event: Extract<WizardEvent, { type: 'looked' }>): WizardState {
  const { look, suggestions } = event;
  const known = state.look ?? state.editing;
  const recordPath = state.look?.outline.recordPath ?? state.editing?.recordPath;
  const isSame = known?.url === look.url && recordPath === look.outline.recordPath;
  const wasNamed = state.label !== '' && state.label !== labelOf(state.look);
  return {
    ...state,
    look,
    suggestions,
    mapping: isSame ? state.mapping : { ...byColumn(event.mapping), ...givenMapping(state.given, look) },
    label: wasNamed || state.editing ? state.label : labelOf(look),
  };
}

/** What the page gave goes before suggestions; of a file that the person chose instead, where it has the path. */
function givenMapping(given: WidgetGiven | null, { url, outline }: Look): Record<string, MappedColumn> {
  if (!given) return {};
  const known = new Set(outline.headings.map(({ path }) => path));
  const isUsable = (rule: MappedColumn) => url === given.url || !('path' in rule) || known.has(rule.path);
  return byColumn(given.mapping.filter(isUsable));
}

const labelOf = (look: WizardState['look']): string => (look === null ? '' : nameOf(look));

const byColumn = (mapping: readonly MappedColumn[]): Record<string, MappedColumn> =>
  Object.fromEntries(mapping.map((mapped) => [mapped.column, mapped]));

function withColumn(
  mapping: WizardState['mapping'],
  { column, to }: Extract<WizardEvent, { type: 'mapped' }>,
): WizardState['mapping'] {
  const { [column]: _, ...others } = mapping;
  return to === null ? others : { ...others, [column]: to };
}

function editing({ job, template = null }: Extract<WizardEvent, { type: 'editOpened' }>): WizardState {
  const { source, mapping, schedule } = job;
  return {
    ...newWizard(schedule.timeZone),
    source: {
      url: source.url,
      headers: source.headerNames.map((name) => ({ name, value: '' })),
      username: source.username ?? '',
      password: '',
    },
    mapping: byColumn(mapping),
    label: job.label,
    schedule: toScheduleForm(schedule),
    changeDetection: job.changeDetection,
    guardRails: job.guardRails,
    runNow: job.status === 'draft',
    editing: {
      jobId: job.id,
      isDraft: job.status === 'draft',
      url: source.url,
      recordPath: job.recordPath,
      hasSecrets: source.headerNames.length > 0 || source.username !== null,
      template,
    },
    draftJobId: job.status === 'draft' ? job.id : null,
  };
}
