import type { LinkedFeed, OutlineProgress } from '@inlet/contracts';
import { type Dispatch, useCallback, useEffect, useRef, useState } from 'react';
import { ApiProblem, isAbort } from '../api/api-problem.js';
import type { WizardEvent, WizardState } from '../wizard/state.js';
import { completeUrl, toSource } from '../wizard/to-source.js';
import { useWidget } from './widget-context.js';

export type Looking =
  | { readonly state: 'idle' }
  | {
      readonly state: 'looking';
      readonly url: string;
      readonly startedAt: number;
      /** Null until it is known. */
      readonly progress: OutlineProgress | null;
    }
  | { readonly state: 'failed'; readonly problem: unknown; readonly url: string };

export interface UseLook {
  readonly looking: Looking;
  /** Reads the source and asks for suggestions. Another look ends the one before. */
  readonly look: (how?: { readonly recordPath?: string; readonly url?: string }) => Promise<boolean>;
  readonly cancel: () => void;
  /** Feeds that a web page offered instead of being one. */
  readonly feeds: readonly LinkedFeed[];
}

/** The first look at the source of the wizard, with its progress and its failure. */
export function useLook({
  state,
  dispatch,
}: {
  state: WizardState;
  dispatch: Dispatch<WizardEvent>;
}): UseLook {
  const { api } = useWidget();
  const [looking, setLooking] = useState<Looking>({ state: 'idle' });
  const running = useRef<AbortController | null>(null);
  useEffect(() => () => running.current?.abort(), []);

  const cancel = useCallback(() => {
    running.current?.abort();
    setLooking({ state: 'idle' });
  }, []);

  const look: UseLook['look'] = async ({ recordPath, url: otherUrl } = {}) => {
    running.current?.abort();
    const controller = new AbortController();
    running.current = controller;
    const { signal } = controller;
    const form = { ...state.source, url: completeUrl(otherUrl ?? state.source.url) };
    const { url } = form;
    if (url !== state.source.url) dispatch({ type: 'sourceTyped', source: { url } });
    const startedAt = Date.now();
    setLooking({ state: 'looking', url, startedAt, progress: null });
    const jobId = state.editing ? { jobId: state.editing.jobId } : {};
    try {
      if (!/^https?:\/\/[^\s/?#]+([/?#].*)?$/i.test(url) || !URL.canParse(url))
        throw new ApiProblem('source_url_invalid');
      const found = await api.outline(
        {
          source: toSource(form, { hasStored: state.editing?.hasSecrets ?? false }),
          ...(recordPath && { recordPath }),
          ...jobId,
        },
        {
          signal,
          onProgress: (progress) => {
            if (!signal.aborted) setLooking({ state: 'looking', url, startedAt, progress });
          },
        },
      );
      const { suggestions, mapping } = await api.suggestMapping({ outline: found.outline, ...jobId }, signal);
      dispatch({ type: 'looked', look: { ...found, url }, suggestions, mapping });
      setLooking({ state: 'idle' });
      return true;
    } catch (problem) {
      if (signal.aborted || isAbort(problem)) return false;
      if (recordPath === undefined) dispatch({ type: 'lookDropped' });
      setLooking({ state: 'failed', problem, url });
      return false;
    }
  };

  const feeds =
    looking.state === 'failed' && looking.problem instanceof ApiProblem ? looking.problem.feeds : [];
  return { looking, look, cancel, feeds };
}
