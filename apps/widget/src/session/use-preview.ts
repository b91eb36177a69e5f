import type { MappedColumn, PreviewResponse, WidgetPreviewRequest } from '@inlet/contracts';
import { useEffect, useState } from 'react';
import { isAbort } from '../api/api-problem.js';
import type { WizardState } from '../wizard/state.js';
import { toSource } from '../wizard/to-source.js';
import { useWidget } from './widget-context.js';

/** Time without changes before a request. */
const DEBOUNCE_MS = 350;
const ROWS = 10;

export interface Preview {
  /** The latest preview; of earlier settings while `isStale`. */
  readonly rows: PreviewResponse | null;
  readonly isStale: boolean;
  readonly problem: unknown;
  readonly retry: () => void;
}

/** What a preview depends on besides the source. */
export type PreviewSettings = Pick<WidgetPreviewRequest, 'identity' | 'filter'> & {
  readonly mapping: readonly MappedColumn[];
};

/** Requests the first rows as they will be delivered, and again after each change of the settings. */
export function usePreview(state: WizardState, settings: PreviewSettings): Preview {
  const { api } = useWidget();
  const { found, source, editing } = state;
  const [rows, setRows] = useState<PreviewResponse | null>(null);
  const [isStale, setIsStale] = useState(true);
  const [problem, setProblem] = useState<unknown>(null);
  const [attempt, setAttempt] = useState(0);
  const wanted = JSON.stringify(settings);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the settings are compared by content, not by identity.
  useEffect(() => {
    setProblem(null);
    if (!found || settings.mapping.length === 0) {
      setRows(null);
      setIsStale(false);
      return;
    }
    setIsStale(true);
    const controller = new AbortController();
    const { recordPath, parseOptions } = found.outline;
    const request = {
      source: toSource(source, editing?.source),
      recordPath,
      parseOptions,
      ...settings,
      mapping: [...settings.mapping],
      limit: ROWS,
      jobId: editing?.jobId,
    };
    const timer = setTimeout(() => {
      api.preview(request, controller.signal).then(
        (answer) => {
          setRows(answer);
          setIsStale(false);
        },
        (failure: unknown) => {
          if (isAbort(failure)) return;
          setProblem(failure);
          setIsStale(false);
        },
      );
    }, DEBOUNCE_MS);
    return () => {
      clearTimeout(timer);
      controller.abort();
    };
  }, [wanted, found, api, attempt]);

  return { rows, isStale, problem, retry: () => setAttempt(attempt + 1) };
}
