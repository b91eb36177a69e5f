import { type RefObject, useEffect, useRef, useState } from 'react';
import { ApiProblem, isAbort } from '../api/api-problem.js';
import type { UploadsApi } from '../api/create-uploads-api.js';
import { toErrorMessage } from '../session/error-message.js';
import { dataProblemOf, type GivenRows } from '../session/start-widget.js';
import { useWidget } from '../session/widget-context.js';
import type { ManualHandle } from './manual-state.js';

const MOST_LABEL_CHARS = 200;
const NO_LABEL = '–';
/** Rows to begin with; those that stay blank are not imported. */
const EMPTY_ROWS = 20;

export interface TransferHandle {
  /** Why the last transfer failed. */
  readonly problem: unknown;
  /** Begins an upload with these files; the transfer goes on while other screens are shown. */
  send(files: readonly File[]): Promise<void>;
  /** Adds files to the upload. */
  add(files: readonly File[]): Promise<void>;
  /** Begins an upload whose rows are typed. */
  startEmpty(): Promise<void>;
  /** Begins an upload with the rows of the host's page. */
  startWithRows(rows: GivenRows): Promise<void>;
  removeFile(fileId: string): Promise<void>;
  cancel(): void;
}

/** Sends the files of an upload. */
export function useTransfer({ state, dispatch }: ManualHandle, uploads: UploadsApi): TransferHandle {
  const { host, t } = useWidget();
  const running = useRef<AbortController | null>(null);
  const [problem, setProblem] = useState<unknown>(null);
  const { upload } = state;
  useEffect(() => () => running.current?.abort(), []);

  const transferTo = async (uploadId: string, files: readonly File[], signal: AbortSignal) => {
    const sizeBytes = files.reduce((sum, { size }) => sum + size, 0);
    const named = files.map(({ name, size }) => ({ name, sizeBytes: size }));
    host.post({ type: 'uploadStarted', uploadId, files: named });
    const received = await uploads.sendFiles(uploadId, files, {
      signal,
      onProgress: (progress) => dispatch({ type: 'advanceTransfer', ...progress }),
      onInterrupted: (isInterrupted) => dispatch({ type: 'interruptTransfer', isInterrupted }),
    });
    host.post({ type: 'uploadCompleted', uploadId, sizeBytes });
    return received;
  };

  /** Runs a transfer instead of the one before. */
  const begin = async (
    files: readonly File[],
    body: (signal: AbortSignal) => Promise<void>,
    onFailure: () => void,
  ) => {
    const controller = replaceRunning(running);
    setProblem(null);
    const sending = files.map(({ name, size }) => ({ name, sizeBytes: size, sentBytes: 0 }));
    dispatch({ type: 'beginTransfer', transfer: { files: sending, isInterrupted: false } });
    try {
      await body(controller.signal);
    } catch (failure) {
      if (running.current !== controller) return;
      onFailure();
      if (!isAbort(failure)) setProblem(failure);
    }
  };

  return {
    problem,
    send(files) {
      const earlier = upload;
      let uploadId: string | null = null;
      const label = files.map(({ name }) => name).join(', ');
      return begin(
        files,
        async (signal) => {
          try {
            const created = await uploads.create({ label: label.slice(0, MOST_LABEL_CHARS) || NO_LABEL });
            uploadId = created.id;
            signal.throwIfAborted();
            dispatch({ type: 'receiveUpload', upload: created });
            const received = await transferTo(created.id, files, signal);
            if (earlier && earlier.runIds.length === 0)
              void uploads.cancel(earlier.id).catch(() => undefined);
            signal.throwIfAborted();
            dispatch({ type: 'endTransfer' });
            dispatch({ type: 'receiveUpload', upload: received });
          } catch (failure) {
            // Nobody can go on with a part of a file.
            if (uploadId) void uploads.cancel(uploadId).catch(() => undefined);
            throw failure;
          }
        },
        () => dispatch({ type: 'failTransfer', earlier }),
      );
    },
    async add(files) {
      if (!upload) return;
      const known = new Set(upload.files.map(({ id }) => id));
      await begin(
        files,
        async (signal) => {
          dispatch({ type: 'receiveUpload', upload });
          const received = await transferTo(upload.id, files, signal);
          dispatch({ type: 'endTransfer' });
          dispatch({ type: 'receiveUpload', upload: received });
        },
        () => {
          dispatch({ type: 'failTransfer', earlier: upload });
          void removeParts(uploads, upload.id, known).then(
            (left) => dispatch({ type: 'receiveUpload', upload: left }),
            () => undefined,
          );
        },
      );
    },
    async startEmpty() {
      replaceRunning(running);
      setProblem(null);
      try {
        const { id, revision } = await uploads.create({ label: t('upload.typedName'), rows: [] });
        await uploads.patch(id, {
          baseRevision: revision,
          operations: [{ kind: 'insert', before: null, rows: EMPTY_ROWS }],
        });
        dispatch({ type: 'resume', upload: await uploads.get(id) });
      } catch (failure) {
        setProblem(failure);
      }
    },
    async startWithRows(rows) {
      try {
        const created = await uploads.create({ rows });
        host.post({ type: 'uploadStarted', uploadId: created.id, files: [] });
        dispatch({ type: 'resume', upload: created });
      } catch (failure) {
        const found = failure instanceof ApiProblem ? dataProblemOf(failure) : failure;
        setProblem(found);
        host.post(toErrorMessage(found));
      }
    },
    async removeFile(fileId) {
      if (!upload) return;
      setProblem(null);
      try {
        dispatch({ type: 'receiveUpload', upload: await uploads.removeFile(upload.id, fileId) });
      } catch (failure) {
        setProblem(failure);
      }
    },
    cancel: () => running.current?.abort(),
  };
}

function replaceRunning(running: RefObject<AbortController | null>): AbortController {
  running.current?.abort();
  const controller = new AbortController();
  running.current = controller;
  return controller;
}

/** Removes the added files that have not arrived completely. */
async function removeParts(uploads: UploadsApi, uploadId: string, known: ReadonlySet<string>) {
  let upload = await uploads.get(uploadId);
  for (const { id, sizeBytes, receivedBytes } of upload.files)
    if (!known.has(id) && receivedBytes !== sizeBytes) upload = await uploads.removeFile(uploadId, id);
  return upload;
}
