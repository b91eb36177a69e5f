import type { CorrectionsResult, Problem } from '@inlet/contracts';
import { requireReadable } from '../transfer/require-readable.js';
import { ApiProblem } from './api-problem.js';
import type { Api } from './create-api.js';

export interface SendingOptions {
  readonly signal: AbortSignal;
  readonly onProgress: (sentBytes: number) => void;
}

interface Target {
  /** Below the base of the widget's routes. */
  readonly path: string;
  readonly file: File;
}

/** Sends a file as the body of one request. `fetch` cannot tell how much of it has left. */
export async function sendCorrectedFile(
  api: Api,
  target: Target,
  options: SendingOptions,
): Promise<CorrectionsResult> {
  await requireReadable(target.file);
  try {
    return await sendOnce(api, { ...target, token: await api.token() }, options);
  } catch (problem) {
    if (!(problem instanceof ApiProblem) || !['session_expired', 'session_missing'].includes(problem.code))
      throw problem;
    const { sessionToken } = await api.begin();
    return sendOnce(api, { ...target, token: sessionToken }, options);
  }
}

function sendOnce(
  { baseUrl }: Api,
  { path, file, token }: Target & { readonly token: string },
  { signal, onProgress }: SendingOptions,
): Promise<CorrectionsResult> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const abort = () => request.abort();
    signal.addEventListener('abort', abort);
    request.open('POST', baseUrl + path);
    request.setRequestHeader('authorization', `Bearer ${token}`);
    request.setRequestHeader('accept', 'application/json');
    request.setRequestHeader('content-type', 'application/octet-stream');
    request.upload.onprogress = ({ loaded }) => onProgress(loaded);
    request.onload = () => {
      const { status } = request;
      const answer = parse(request.responseText);
      if (status >= 200 && status < 300) return resolve(answer as CorrectionsResult);
      reject(toProblem(answer as Partial<Problem> | null, status));
    };
    request.onerror = () => requireReadable(file).then(() => reject(new ApiProblem('offline')), reject);
    request.onabort = () => reject(new DOMException('The transfer was cancelled', 'AbortError'));
    request.onloadend = () => signal.removeEventListener('abort', abort);
    if (signal.aborted) return request.onabort?.(new ProgressEvent('abort'));
    request.send(file);
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

const toProblem = (problem: Partial<Problem> | null, status: number): ApiProblem =>
  typeof problem?.code === 'string'
    ? new ApiProblem(problem.code, { status, problem })
    : new ApiProblem('unknown_answer', { status });
