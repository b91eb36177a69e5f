import type { MappedColumn, Suggestion, UploadSuggestions, UploadView } from '@inlet/contracts';

export const MANUAL_STEPS = ['upload', 'header', 'map', 'review', 'finish'] as const;
export type ManualStep = (typeof MANUAL_STEPS)[number];

/** Files on their way to the server. */
export interface Transfer {
  readonly files: readonly {
    readonly name: string;
    readonly sizeBytes: number;
    readonly sentBytes: number;
  }[];
  /** The connection is lost, and is tried again. */
  readonly isInterrupted: boolean;
}

/** The import of a file. All but the transfer and the mapping that is being chosen is kept by the server. */
export interface ManualState {
  readonly step: ManualStep;
  readonly upload: UploadView | null;
  readonly transfer: Transfer | null;
  /** A file was chosen, and the next step opens as soon as its headings are known. */
  readonly isEntering: boolean;
  /** By column key. Columns without an entry stay empty. */
  readonly mapping: Readonly<Record<string, MappedColumn>>;
  /** Paths of columns of the file that are kept beside those of the template. */
  readonly customColumns: readonly string[];
  readonly suggestions: readonly Suggestion[];
  /** The mapping of the last file with the same headings; null for none. */
  readonly remembered: UploadSuggestions['remembered'];
}

export type ManualEvent =
  | { readonly type: 'resume'; readonly upload: UploadView }
  | { readonly type: 'beginTransfer'; readonly transfer: Transfer }
  | { readonly type: 'advanceTransfer'; readonly file: number; readonly sentBytes: number }
  | { readonly type: 'interruptTransfer'; readonly isInterrupted: boolean }
  | { readonly type: 'endTransfer' }
  /** Goes back to the upload that the file would have replaced. */
  | { readonly type: 'failTransfer'; readonly earlier: UploadView | null }
  | { readonly type: 'receiveUpload'; readonly upload: UploadView }
  | { readonly type: 'receiveSuggestions'; readonly suggested: UploadSuggestions }
  | { readonly type: 'mapColumn'; readonly column: string; readonly to: MappedColumn | null }
  | { readonly type: 'chooseCustomColumns'; readonly paths: readonly string[] }
  | { readonly type: 'applySuggestions' }
  | { readonly type: 'clearMapping' }
  /** Maps as in the last file with the same headings. */
  | { readonly type: 'recallMapping' }
  | { readonly type: 'goToStep'; readonly step: ManualStep }
  /** Goes back to the rows after a delivery that did not bring all of them. */
  | { readonly type: 'reviewAgain' }
  | { readonly type: 'restart' };

export interface ManualHandle {
  readonly state: ManualState;
  readonly dispatch: (event: ManualEvent) => void;
}

export const newManual = (): ManualState => ({
  step: 'upload',
  upload: null,
  transfer: null,
  isEntering: false,
  mapping: {},
  customColumns: [],
  suggestions: [],
  remembered: null,
});

/** The reducer of the import of a file: the only place that changes its state. */
export function reduceManual(state: ManualState, event: ManualEvent): ManualState {
  switch (event.type) {
    case 'resume':
      return { ...withUpload(newManual(), event.upload), step: stepOf(event.upload) };
    case 'beginTransfer':
      return { ...newManual(), transfer: event.transfer, isEntering: true };
    case 'advanceTransfer':
      return { ...state, transfer: advanced(state.transfer, event) };
    case 'interruptTransfer':
      return state.transfer && state.transfer.isInterrupted !== event.isInterrupted
        ? { ...state, transfer: { ...state.transfer, isInterrupted: event.isInterrupted } }
        : state;
    case 'endTransfer':
      return { ...state, transfer: null };
    case 'failTransfer':
      return { ...newManual(), ...(event.earlier && withUpload(newManual(), event.earlier)) };
    case 'receiveUpload':
      return withFittingFiles(state, entered(withUpload(state, event.upload)));
    case 'receiveSuggestions':
      return withSuggestions(state, event.suggested);
    case 'mapColumn': {
      const { [event.column]: _, ...others } = state.mapping;
      return { ...state, mapping: event.to === null ? others : { ...others, [event.column]: event.to } };
    }
    case 'chooseCustomColumns':
      return { ...state, customColumns: event.paths };
    case 'applySuggestions':
      return { ...state, mapping: { ...suggestedMapping(state), ...state.mapping } };
    case 'clearMapping':
      return { ...state, mapping: {}, customColumns: [] };
    case 'recallMapping':
      return {
        ...state,
        mapping: byColumn(state.remembered?.mapping ?? []),
        customColumns: state.remembered?.customColumns ?? [],
      };
    case 'goToStep':
      return canGoToManual(state, event.step) ? { ...state, step: event.step } : state;
    case 'reviewAgain':
      return { ...state, step: 'review' };
    case 'restart':
      return newManual();
  }
}

/** A step can be entered when the ones before it have what they need. */
export function canGoToManual({ upload }: ManualState, step: ManualStep): boolean {
  if (step === 'upload') return upload === null || !isBeyondReview(upload);
  if (upload === null || isUnusable(upload)) return false;
  if (step === 'finish') return upload.runIds.length > 0;
  if (isBeyondReview(upload)) return false;
  if (step === 'review') return upload.mapping !== null;
  return upload.headings.length > 0 && (step === 'map' || hasHeaderChoice(upload));
}

/** The step at which an upload goes on. */
export function stepOf(upload: UploadView): ManualStep {
  if (isUnusable(upload) || upload.headings.length === 0 || hasMismatch(upload)) return 'upload';
  if (isBeyondReview(upload)) return 'finish';
  if (upload.mapping !== null) return 'review';
  return hasHeaderChoice(upload) ? 'header' : 'map';
}

/** All bytes have been received. Rows that came without a file have been read at once. */
export const hasArrived = ({ files, isScanned }: UploadView): boolean =>
  isScanned || (files.length > 0 && files.every(({ sha256 }) => sha256 !== null));

/** A file that names its values itself, such as JSON, has no rows of headings; nor have rows without a file. */
export const hasHeaderChoice = ({ files }: UploadView): boolean =>
  files.length > 0 &&
  !files.some(({ format }) => format === 'json' || format === 'ndjson' || format === 'xml');

/** Files whose headings do not fit those of the first one: one of them must be removed, or another header chosen. */
const hasMismatch = ({ files }: UploadView): boolean => files.some(({ mismatch }) => mismatch !== null);

/** Bytes of all files of a transfer. */
export const bytesOfTransfer = ({ files }: Transfer): { sentBytes: number; sizeBytes: number } => ({
  sentBytes: files.reduce((sum, { sentBytes }) => sum + sentBytes, 0),
  sizeBytes: files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
});

function advanced(transfer: Transfer | null, { file, sentBytes }: { file: number; sentBytes: number }) {
  if (transfer === null) return null;
  const files = transfer.files.map((each, index) =>
    index === file ? { ...each, sentBytes: Math.min(sentBytes, each.sizeBytes) } : each,
  );
  return { ...transfer, files };
}

/** No person can go on with it. */
export const isUnusable = ({ status }: UploadView): boolean =>
  status === 'unreadable' || status === 'failed' || status === 'cancelled' || status === 'expired';

const isBeyondReview = ({ status }: UploadView): boolean => status === 'delivering' || status === 'completed';

/** Opens the step after the first one as soon as it has what it needs, and the first one if the file turns out unusable. */
function entered(state: ManualState): ManualState {
  const { upload, step, isEntering } = state;
  if (upload === null) return state;
  if (isUnusable(upload)) return { ...state, step: 'upload', isEntering: false };
  if (!isEntering || step !== 'upload' || upload.headings.length === 0) return state;
  // Of several files, each may turn out not to fit.
  if (upload.files.length > 1 && (!upload.isScanned || hasMismatch(upload))) return state;
  return { ...state, step: stepOf(upload), isEntering: false };
}

/** Goes back to the files when one of them turns out not to fit. */
const withFittingFiles = (before: ManualState, state: ManualState): ManualState =>
  state.upload !== null && hasMismatch(state.upload) && !(before.upload && hasMismatch(before.upload))
    ? { ...state, step: 'upload' }
    : state;

/** Takes what the server says, unless it is older than what is known. */
function withUpload(state: ManualState, upload: UploadView): ManualState {
  const isSame = state.upload?.id === upload.id;
  if (isSame && state.upload !== null && state.upload.updatedAt > upload.updatedAt) return state;
  const isNewHeading = JSON.stringify(state.upload?.headings ?? []) !== JSON.stringify(upload.headings);
  const mapping = upload.mapping !== null && (!isSame || state.upload?.mapping === null);
  return {
    ...state,
    upload,
    mapping: mapping ? byColumn(upload.mapping ?? []) : isSame && !isNewHeading ? state.mapping : {},
    customColumns: mapping ? upload.customColumns : isSame && !isNewHeading ? state.customColumns : [],
    suggestions: isSame && !isNewHeading ? state.suggestions : [],
    remembered: isSame && !isNewHeading ? state.remembered : null,
  };
}

function withSuggestions(
  state: ManualState,
  { suggestions, mapping, remembered }: UploadSuggestions,
): ManualState {
  const isChosen = state.upload?.mapping !== null || Object.keys(state.mapping).length > 0;
  const proposed = byColumn(remembered?.mapping ?? mapping);
  const customColumns = isChosen ? state.customColumns : (remembered?.customColumns ?? []);
  return { ...state, suggestions, remembered, customColumns, mapping: isChosen ? state.mapping : proposed };
}

/** Whether the columns are mapped as in the last file with the same headings. */
export const isMappedAsRemembered = ({ remembered, mapping }: ManualState): boolean =>
  remembered !== null &&
  remembered.mapping.length === Object.keys(mapping).length &&
  remembered.mapping.every((one) => JSON.stringify(one) === JSON.stringify(mapping[one.column]));

const suggestedMapping = ({ suggestions }: ManualState): Record<string, MappedColumn> =>
  byColumn(suggestions.map(({ label: _label, score: _score, reason: _reason, ...mapped }) => mapped));

const byColumn = (mapping: readonly MappedColumn[]): Record<string, MappedColumn> =>
  Object.fromEntries(mapping.map((mapped) => [mapped.column, mapped]));
