import type {
  ChangeDetection,
  GuardRails,
  MappedColumn,
  OutlineResponse,
  ParseOptions,
  RunView,
  SourceView,
  Suggestion,
  WidgetFeedJobView,
  WidgetGiven,
  WidgetTemplate,
} from '@inlet/contracts';
import type { AuthForm } from './auth-form.js';
import type { PaginationForm } from './pagination-form.js';
import type { ScheduleForm } from './schedule-form.js';
import type { SelectionForm } from './selection-form.js';

export const STEPS = ['configure', 'map', 'schedule', 'confirm'] as const;
export type Step = (typeof STEPS)[number];

/** The fields of the source. Its secrets are never stored in the browser. */
export interface SourceForm {
  readonly address: string;
  readonly auth: AuthForm;
  /** Whether the request headers that the edited job has stored stay in use. */
  readonly keepsHeaders: boolean;
  readonly pagination: PaginationForm;
}

/** The outline of a source, with the address and the settings that it was requested for. */
export interface FoundSource extends OutlineResponse {
  readonly address: string;
  readonly settings: string;
}

/** The existing job that the wizard changes. */
interface Editing {
  readonly jobId: string;
  readonly isDraft: boolean;
  readonly address: string;
  readonly recordPath: string;
  /** The stored source. Its secrets cannot be read back. */
  readonly source: SourceView;
  /** The template with the job's own columns; null if the job has none. */
  readonly template: WidgetTemplate | null;
}

export interface WizardState {
  readonly step: Step | 'done';
  readonly source: SourceForm;
  /** A password, token or key was typed before a reload and must be typed again. */
  readonly hasLostSecrets: boolean;
  readonly found: FoundSource | null;
  /** How the person chose to parse the source. All other options are detected. */
  readonly parseOptions: ParseOptions;
  /** By column key. Columns without an entry stay empty. */
  readonly mapping: Readonly<Record<string, MappedColumn>>;
  readonly suggestions: readonly Suggestion[];
  readonly selection: SelectionForm;
  readonly label: string;
  readonly schedule: ScheduleForm;
  readonly changeDetection: ChangeDetection;
  readonly guardRails: GuardRails;
  readonly runNow: boolean;
  readonly editing: Editing | null;
  /** The data that the host prefilled this import with. */
  readonly given: WidgetGiven | null;
  /** The draft created for the dry run; it becomes the job. */
  readonly draftJobId: string | null;
  readonly result: { readonly job: WidgetFeedJobView; readonly run: RunView | null } | null;
}

export type WizardEvent =
  | { type: 'updateSource'; source: Partial<SourceForm> }
  | {
      type: 'receiveOutline';
      found: FoundSource;
      suggestions: readonly Suggestion[];
      mapping: readonly MappedColumn[];
      parseOptions: ParseOptions;
    }
  | { type: 'dropOutline' }
  | { type: 'mapColumn'; column: string; to: MappedColumn | null }
  | { type: 'applySuggestions'; mapping: readonly MappedColumn[] }
  | { type: 'clearMapping' }
  | { type: 'updateSelection'; selection: Partial<SelectionForm> }
  | { type: 'setLabel'; label: string }
  | { type: 'updateSchedule'; schedule: Partial<ScheduleForm> }
  | { type: 'updateChangeDetection'; changeDetection: Partial<ChangeDetection> }
  | { type: 'updateGuardRails'; guardRails: Partial<GuardRails> }
  | { type: 'setRunNow'; runNow: boolean }
  | { type: 'setDraft'; jobId: string }
  | { type: 'goToStep'; step: Step }
  | { type: 'goBack' }
  | { type: 'finish'; job: WidgetFeedJobView; run: RunView | null }
  | { type: 'editJob'; job: WidgetFeedJobView; template?: WidgetTemplate | null }
  | { type: 'restart'; timeZone: string };

/** The state of the wizard and the function that changes it. */
export interface WizardHandle {
  readonly state: WizardState;
  readonly dispatch: (event: WizardEvent) => void;
}
