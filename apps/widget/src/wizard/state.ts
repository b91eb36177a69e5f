import type {
  ChangeDetection,
  GuardRails,
  MappedColumn,
  OutlineResponse,
  RunView,
  Suggestion,
  WidgetGiven,
  WidgetJobView,
  WidgetTemplate,
} from '@inlet/contracts';
import type { ScheduleForm } from './schedule-form.js';

export const STEPS = ['configure', 'map', 'schedule', 'confirm'] as const;
export type Step = (typeof STEPS)[number];

export interface HeaderField {
  readonly name: string;
  readonly value: string;
}

/** The source as it is typed. Values of headers and the password are secrets: they are never kept. */
export interface SourceForm {
  readonly url: string;
  readonly headers: readonly HeaderField[];
  readonly username: string;
  readonly password: string;
}

/** What was found at an address, and for which input. */
export interface Look extends OutlineResponse {
  readonly url: string;
}

/** The job that is being changed, instead of a new one. */
interface Editing {
  readonly jobId: string;
  readonly isDraft: boolean;
  readonly url: string;
  readonly recordPath: string;
  /** Whether a password or headers are stored; they cannot be read back. */
  readonly hasSecrets: boolean;
  /** Where the job has columns of its own: the template with these. */
  readonly template: WidgetTemplate | null;
}

export interface WizardState {
  readonly step: Step | 'done';
  readonly source: SourceForm;
  /** A password or header was typed and is gone since a reload: it is not kept. */
  readonly hasLostSecrets: boolean;
  readonly look: Look | null;
  /** By column key, as columns without an entry stay empty. */
  readonly mapping: Readonly<Record<string, MappedColumn>>;
  readonly suggestions: readonly Suggestion[];
  readonly label: string;
  readonly schedule: ScheduleForm;
  readonly changeDetection: ChangeDetection;
  readonly guardRails: GuardRails;
  readonly runNow: boolean;
  readonly editing: Editing | null;
  /** What the page knew when this import was begun. */
  readonly given: WidgetGiven | null;
  /** A draft made for the dry run; becomes the job. */
  readonly draftJobId: string | null;
  readonly result: { readonly job: WidgetJobView; readonly run: RunView | null } | null;
}

export type WizardEvent =
  | { type: 'sourceTyped'; source: Partial<SourceForm> }
  | { type: 'looked'; look: Look; suggestions: readonly Suggestion[]; mapping: readonly MappedColumn[] }
  | { type: 'lookDropped' }
  | { type: 'mapped'; column: string; to: MappedColumn | null }
  | { type: 'suggestionsTaken'; mapping: readonly MappedColumn[] }
  | { type: 'mappingCleared' }
  | { type: 'labelTyped'; label: string }
  | { type: 'scheduleChanged'; schedule: Partial<ScheduleForm> }
  | { type: 'changeDetectionChanged'; changeDetection: Partial<ChangeDetection> }
  | { type: 'guardRailsChanged'; guardRails: Partial<GuardRails> }
  | { type: 'runNowChanged'; runNow: boolean }
  | { type: 'draftMade'; jobId: string }
  | { type: 'wentTo'; step: Step }
  | { type: 'wentBack' }
  | { type: 'finished'; job: WidgetJobView; run: RunView | null }
  | { type: 'editOpened'; job: WidgetJobView; template?: WidgetTemplate | null }
  | { type: 'restarted'; timeZone: string };
