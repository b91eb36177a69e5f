import { DetailedError, type HttpResponse, Upload } from 'tus-js-client';
import { ApiProblem } from '../api/api-problem.js';
import type { Api } from '../api/create-api.js';
import { createPacking } from './packing.js';
import { createPackingStack } from './packing-stack.js';
import { requireReadable } from './require-readable.js';

export interface TransferOptions {
  readonly signal: AbortSignal;
  /** `file` is the place of the file among those that are sent. */
  readonly onProgress: (progress: { readonly file: number; readonly sentBytes: number }) => void;
  /** The connection is lost, and is tried again; or it is back. */
  readonly onInterrupted: (isInterrupted: boolean) => void;
}

interface Target {
  readonly uploadId: string;
  readonly files: readonly File[];
}

/** Some ten minutes in all; bytes that arrive in between start it again. */
const RETRY_DELAYS_MS = [200, 1000, 2000, ...Array.from({ length: 120 }, () => 5000)];
const SESSION_CODES: readonly string[] = ['session_expired', 'session_missing'];
const PASSING_STATUSES: readonly number[] = [408, 423, 429];

/**
 * Sends files by the tus protocol, one after the other, and goes on where it stopped when the connection drops. All are
 * announced first, so that the server knows how many come.
 */
export async function sendFiles(api: Api, target: Target, options: TransferOptions): Promise<void> {
  for (const file of target.files) await requireReadable(file);
  const addresses: string[] = [];
  for (const file of target.files) addresses.push(await announce(api, target.uploadId, file));
  for (const [index, file] of target.files.entries()) {
    const { signal, onInterrupted } = options;
    const onProgress = (sentBytes: number) => options.onProgress({ file: index, sentBytes });
    await sendFile(api, { file, address: addresses[index] ?? '' }, { signal, onProgress, onInterrupted });
    onProgress(file.size);
  }
}

async function announce(api: Api, uploadId: string, file: File): Promise<string> {
  const path = 'uploads/files';
  const metadata = { uploadId, filename: file.name || 'file' };
  const response = await api.call(path, {
    method: 'POST',
    headers: {
      'tus-resumable': '1.0.0',
      'upload-length': String(file.size),
      'upload-metadata': Object.entries(metadata)
        .map(([name, text]) => `${name} ${toBase64(text)}`)
        .join(','),
    },
  });
  const base = new URL(api.baseUrl + path, globalThis.location.href);
  return new URL(response.headers.get('location') ?? '', base).href;
}

const toBase64 = (text: string): string =>
  btoa(Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join(''));

interface FileOptions extends Omit<TransferOptions, 'onProgress'> {
  readonly onProgress: (sentBytes: number) => void;
}

async function sendFile(
  api: Api,
  { file, address }: { readonly file: File; readonly address: string },
  { signal, onProgress, onInterrupted }: FileOptions,
): Promise<void> {
  const packing = await createPacking(file);
  let mustRenew = false;
  await new Promise<void>((resolve, reject) => {
    const upload = new Upload(file, {
      uploadUrl: address,
      chunkSize: packing.requestBytes,
      retryDelays: RETRY_DELAYS_MS,
      storeFingerprintForResuming: false,
      httpStack: createPackingStack(packing),
      async onBeforeRequest(request) {
        const token = mustRenew ? (await api.begin()).sessionToken : await api.token();
        mustRenew = false;
        request.setHeader('authorization', `Bearer ${token}`);
      },
      onProgress: (sentBytes) => {
        onInterrupted(false);
        onProgress(sentBytes);
      },
      onChunkComplete: () => {
        upload.options.chunkSize = packing.requestBytes;
      },
      onShouldRetry(error) {
        const problem = toProblem(error);
        mustRenew = SESSION_CODES.includes(problem.code);
        const isPassing = mustRenew || canPass(problem);
        if (isPassing && problem.status === null) onInterrupted(true);
        return isPassing;
      },
      onSuccess: () => end(resolve),
      onError: (error) => end(() => reject(toProblem(error))),
    });
    const abort = () => {
      void upload.abort();
      end(() => reject(new DOMException('The transfer was cancelled', 'AbortError')));
    };
    const end = (settle: () => void) => {
      signal.removeEventListener('abort', abort);
      settle();
    };
    signal.addEventListener('abort', abort);
    if (signal.aborted) abort();
    else upload.start();
  });
}

/** Whether the same request may succeed later. */
const canPass = ({ code, status }: ApiProblem): boolean =>
  code === 'offline' ||
  code === 'upload_offset_wrong' ||
  (status !== null && (status >= 500 || PASSING_STATUSES.includes(status)));

function toProblem(error: Error): ApiProblem {
  if (!(error instanceof DetailedError)) return new ApiProblem('offline', { cause: error });
  const { originalResponse, causingError } = error;
  if (causingError instanceof ApiProblem) return causingError;
  return originalResponse ? problemOfAnswer(originalResponse) : new ApiProblem('offline', { cause: error });
}

function problemOfAnswer(response: HttpResponse): ApiProblem {
  const status = response.getStatus();
  try {
    const problem = JSON.parse(response.getBody());
    if (typeof problem?.code === 'string') return new ApiProblem(problem.code, { status, problem });
  } catch {
    // The answer of a proxy.
  }
  return new ApiProblem('unknown_answer', { status });
}
