import type { LinkedFeed, OutlineProgress, ParseOptions } from '@inlet/contracts';
import { completeAddress, isSchemeOpen, WITHOUT_TLS } from '@inlet/contracts/web-address';
import { useCallback, useEffect, useRef, useState } from 'react';
import { ApiProblem, isAbort } from '../api/api-problem.js';
import { isHttpAddress } from '../wizard/addresses.js';
import type { PaginationForm } from '../wizard/pagination-form.js';
import type { WizardHandle } from '../wizard/state.js';
import { settingsOf, takeCredentials, toSource } from '../wizard/to-source.js';
import { useWidget } from './widget-context.js';

export type OutlineStatus =
  | { readonly state: 'idle' }
  | {
      readonly state: 'reading';
      readonly address: string;
      readonly startedAt: number;
      /** null until the server reports progress. */
      readonly progress: OutlineProgress | null;
    }
  | { readonly state: 'failed'; readonly problem: unknown; readonly address: string };

export interface LoadOutlineOptions {
  readonly recordPath?: string | undefined;
  /** Another address than that of the wizard, which takes it over. */
  readonly address?: string | undefined;
  /** Other options than those chosen before, which stay in use for the same address. */
  readonly parseOptions?: ParseOptions | undefined;
  /** Another way to find the next pages than that of the wizard, which takes it over. */
  readonly pagination?: PaginationForm | undefined;
}

export interface UseOutline {
  readonly outlineStatus: OutlineStatus;
  /** Reads the source and asks for suggestions. Cancels an earlier request. */
  readonly loadOutline: (options?: LoadOutlineOptions) => Promise<void>;
  readonly cancel: () => void;
  /** The feeds that the address links to if it is a web page. */
  readonly feeds: readonly LinkedFeed[];
}

/** Requests the outline of the wizard's source. */
export function useOutline({ state, dispatch }: WizardHandle): UseOutline {
  const { api } = useWidget();
  const [outlineStatus, setOutlineStatus] = useState<OutlineStatus>({ state: 'idle' });
  const running = useRef<AbortController | null>(null);
  useEffect(() => () => running.current?.abort(), []);

  const cancel = useCallback(() => {
    running.current?.abort();
    setOutlineStatus({ state: 'idle' });
  }, []);

  const loadOutline: UseOutline['loadOutline'] = async (options = {}) => {
    const { recordPath, address: otherAddress } = options;
    running.current?.abort();
    const controller = new AbortController();
    running.current = controller;
    const { signal } = controller;
    const pagination = options.pagination ?? state.source.pagination;
    const taken = takeCredentials(state.source, otherAddress ?? state.source.address);
    const address = completeAddress(taken.address);
    const form = { ...state.source, ...taken, pagination, address };
    if (address !== state.source.address) dispatch({ type: 'updateSource', source: { ...taken, address } });
    const startedAt = Date.now();
    setOutlineStatus({ state: 'reading', address, startedAt, progress: null });
    const jobId = state.editing?.jobId;
    const source = toSource(form, state.editing?.source);
    const known = state.found ?? state.editing;
    const parseOptions = options.parseOptions ?? (known?.address === address ? state.parseOptions : {});
    const onProgress = (progress: OutlineProgress) => {
      if (!signal.aborted) setOutlineStatus({ state: 'reading', address, startedAt, progress });
    };
    try {
      if (!isHttpAddress(address)) throw new ApiProblem('source_url_invalid');
      const answer = await api.outline({ source, recordPath, parseOptions, jobId }, { signal, onProgress });
      const { suggestions, mapping } = await api.suggestMapping({ outline: answer.outline, jobId }, signal);
      const found = { ...answer, address, settings: settingsOf(form) };
      dispatch({ type: 'receiveOutline', found, suggestions, mapping, parseOptions });
      setOutlineStatus({ state: 'idle' });
    } catch (problem) {
      if (signal.aborted || isAbort(problem)) return;
      // Credentials are never sent without TLS unless the person asks for it.
      const mayUseHttp = form.auth.kind === 'none' && isSchemeOpen(otherAddress ?? state.source.address);
      if (mayUseHttp && problem instanceof ApiProblem && WITHOUT_TLS.includes(problem.code))
        return loadOutline({ ...options, address: address.replace(/^https:/, 'http:') });
      if (recordPath === undefined) dispatch({ type: 'dropOutline' });
      setOutlineStatus({ state: 'failed', problem, address });
    }
  };

  const problem = outlineStatus.state === 'failed' ? outlineStatus.problem : null;
  const feeds = problem instanceof ApiProblem ? problem.feeds : [];
  return { outlineStatus, loadOutline, cancel, feeds };
}

/** Counts the whole seconds that a request has taken so far; 0 while none is running. */
export function useReadingSeconds(status: OutlineStatus): number {
  const startedAt = status.state === 'reading' ? status.startedAt : null;
  const [seconds, setSeconds] = useState(0);
  useEffect(() => {
    setSeconds(0);
    if (startedAt === null) return;
    const timer = setInterval(() => setSeconds((before) => before + 1), 1000);
    return () => clearInterval(timer);
  }, [startedAt]);
  return startedAt === null ? 0 : seconds;
}
