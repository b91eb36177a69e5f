import type { HostMessage, PageBatch } from '@inlet/contracts';
import { useEffect, useState } from 'react';
import { ApiProblem, isAbort } from '../api/api-problem.js';
import type { Host } from '../connect-host.js';
import { useWidget } from '../session/widget-context.js';
import { useManual } from './manual-context.js';

/** The rows of the next batch are stored a moment after the last answer. */
const POLL_MS = 400;

type RowsTaken = Extract<HostMessage, { type: 'rowsTaken' }>;

export interface PageDelivery {
  /** Why the page, or the server, stopped it; null while it goes on. */
  readonly problem: unknown;
  readonly retry: () => void;
}

/** Hands the batches of an upload to the page of the host, one after the other, and its answers to the server. */
export function usePageDelivery(uploadId: string | null): PageDelivery {
  const { host } = useWidget();
  const { uploads } = useManual();
  const [problem, setProblem] = useState<unknown>(null);
  const [attempt, setAttempt] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a retry is another attempt with the same upload.
  useEffect(() => {
    if (uploadId === null) return;
    const controller = new AbortController();
    const { signal } = controller;
    const deliver = async () => {
      while (!signal.aborted) {
        const { next } = await uploads.nextBatch(uploadId, signal);
        if (next === null) await wait(POLL_MS, signal);
        else {
          const { results, error } = await askPage(host, { uploadId, batch: next, signal });
          if (error !== undefined) throw refusalOf(error);
          await uploads.answerBatch(uploadId, next.deliveryId, results === undefined ? {} : { results });
        }
      }
    };
    setProblem(null);
    deliver().catch((failure: unknown) => {
      if (!isAbort(failure) && !signal.aborted) setProblem(failure);
    });
    return () => controller.abort();
  }, [uploadId, uploads, host, attempt]);
  return { problem, retry: () => setAttempt(attempt + 1) };
}

const refusalOf = (detail: string): ApiProblem =>
  new ApiProblem('delivery_not_taken', { problem: { detail } });

interface Question {
  readonly uploadId: string;
  readonly batch: PageBatch;
  readonly signal: AbortSignal;
}

function askPage(host: Host, { uploadId, batch, signal }: Question): Promise<RowsTaken> {
  return new Promise((resolve, reject) => {
    const stop = host.onMessage((message) => {
      if (message.type !== 'rowsTaken' || message.deliveryId !== batch.deliveryId) return;
      stop();
      resolve(message);
    });
    signal.addEventListener('abort', () => {
      stop();
      reject(signal.reason);
    });
    host.post({ type: 'rows', uploadId, ...batch });
  });
}

const wait = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      reject(signal.reason);
    });
  });
