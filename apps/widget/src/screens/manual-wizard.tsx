import { Suspense, useEffect, useMemo, useRef, useState } from 'react';
import { isAbort } from '../api/api-problem.js';
import { createUploadsApi } from '../api/create-uploads-api.js';
import { createGivenValues } from '../api/given-values.js';
import { lazyPart } from '../components/load-part.js';
import { StepSkeleton } from '../components/skeletons.js';
import { TitleFocus } from '../components/title-focus.js';
import { ManualProvider } from '../manual/manual-context.js';
import { hasArrived, isUnusable, type ManualHandle, type ManualStep } from '../manual/manual-state.js';
import { useFollowUpload } from '../manual/use-follow-upload.js';
import { useTransfer } from '../manual/use-transfer.js';
import { useWidget } from '../session/widget-context.js';
import { TransferBar } from './upload/transfer-bar.js';
import { Upload } from './upload/upload.js';

const FileHeader = lazyPart(
  () => import('./file-header/file-header.js'),
  ({ FileHeader }) => FileHeader,
);
const MapFile = lazyPart(
  () => import('./map/map-file.js'),
  ({ MapFile }) => MapFile,
);
const Review = lazyPart(
  () => import('./review/review.js'),
  ({ Review }) => Review,
);
const Finish = lazyPart(
  () => import('./finish/finish.js'),
  ({ Finish }) => Finish,
);

const NEXT = { upload: FileHeader, header: MapFile, map: Review, review: Finish };

/** Loads the code of the steps after this one, so that they begin without a wait. */
async function loadNextSteps(step: ManualStep): Promise<void> {
  const steps = ['upload', 'header', 'map', 'review'] as const;
  // If a part fails, its own step tries again.
  for (const each of steps.slice(step === 'finish' ? steps.length : steps.indexOf(step)))
    await NEXT[each].preload().catch(() => undefined);
}

export interface ManualWizardProps extends ManualHandle {
  /** Those of all columns of the template, also of columns that are not shown. */
  readonly columnKeys: readonly string[];
  /** The upload that was being imported before a reload. */
  readonly keptUploadId: string | null;
  /** Remembers which upload goes on after a reload; null for none. */
  readonly onKeep: (uploadId: string | null) => void;
  readonly onImports: () => void;
  readonly onNew: () => void;
  readonly onClose: () => void;
}

/** The import of a file: its current step, the transfer of the file, and what the server reports about it. */
export function ManualWizard(props: ManualWizardProps) {
  const { state, dispatch, columnKeys, keptUploadId, onKeep, onImports, onNew, onClose } = props;
  const { api, session, given, givenRows } = useWidget();
  const uploads = useMemo(
    () => createUploadsApi(api, createGivenValues(given?.values ?? {}, columnKeys)),
    [api, given, columnKeys],
  );
  const transfer = useTransfer({ state, dispatch }, uploads);
  const { step, upload } = state;
  const [isRecalling, setIsRecalling] = useState(
    upload === null && (keptUploadId !== null || givenRows !== null),
  );
  const firstStep = useRef<typeof step | null>(step);
  // The title of the first step is not focused: the host's page, or the first field, has the focus.
  if (step !== firstStep.current) firstStep.current = null;

  useFollowUpload({
    uploads,
    uploadId: upload && !isUnusable(upload) && upload.status !== 'completed' ? upload.id : null,
    onChange: (changed) => dispatch({ type: 'receiveUpload', upload: changed }),
  });

  useEffect(() => {
    void loadNextSteps(step);
  }, [step]);

  /** Goes on with the upload from before a reload, else begins one with the rows of the host's page. */
  const openFirst = async (signal: AbortSignal) => {
    const kept =
      keptUploadId === null ? null : await uploads.get(keptUploadId, signal).catch(nullUnlessAbort);
    const isShown = kept !== null && (hasArrived(kept) || kept.id === session.reviewUploadId);
    if (kept && isShown && !isUnusable(kept)) dispatch({ type: 'resume', upload: kept });
    else if (givenRows) await transfer.startWithRows(givenRows);
    setIsRecalling(false);
  };

  // biome-ignore lint/correctness/useExhaustiveDependencies: runs once, when the wizard opens.
  useEffect(() => {
    if (!isRecalling) return;
    const controller = new AbortController();
    void openFirst(controller.signal).catch(() => undefined);
    return () => controller.abort();
  }, []);
  const keptId = upload && !isUnusable(upload) && upload.status !== 'completed' ? upload.id : null;
  const latestKeep = useRef(onKeep);
  latestKeep.current = onKeep;
  useEffect(() => {
    if (!isRecalling) latestKeep.current(keptId);
  }, [keptId, isRecalling]);

  if (isRecalling) return <StepSkeleton />;
  const handle = { state, dispatch };
  return (
    <ManualProvider value={{ uploads }}>
      {state.transfer && step !== 'upload' && (
        <TransferBar transfer={state.transfer} onCancel={transfer.cancel} />
      )}
      <TitleFocus.Provider value={firstStep.current === null}>
        <Suspense fallback={<StepSkeleton />}>
          {step === 'upload' && <Upload {...handle} transfer={transfer} />}
          {step === 'header' && <FileHeader {...handle} />}
          {step === 'map' && <MapFile {...handle} />}
          {step === 'review' && <Review {...handle} />}
          {step === 'finish' && <Finish {...handle} onImports={onImports} onNew={onNew} onClose={onClose} />}
        </Suspense>
      </TitleFocus.Provider>
    </ManualProvider>
  );
}

function nullUnlessAbort(failure: unknown): null {
  if (isAbort(failure)) throw failure;
  return null;
}
