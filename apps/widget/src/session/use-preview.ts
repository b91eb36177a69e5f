import type { MappedColumn, PreviewResponse } from '@inlet/contracts';
import { useEffect, useState } from 'react';
import { isAbort } from '../api/api-problem.js';
import type { WizardState } from '../wizard/state.js';
import { toSource } from '../wizard/to-source.js';
import { useWidget } from './widget-context.js';

/** After the last change of the mapping. */
const QUIET_MS = 350;
const ROWS = 10;

export interface Preview {
  /** The last one that came; of an older mapping while `isStale`. */
  readonly rows: PreviewResponse | null;
  readonly isStale: boolean;
  readonly problem: unknown;
  readonly retry: () => void;
}

/** The first rows as they will be delivered, again after each change of the mapping. */
export function usePreview(state: WizardState, mapping: readonly MappedColumn[]): Preview {
  const { api } = useWidget();
  const { look, source, editing } = state;
  const [rows, setRows] = useState<PreviewResponse | null>(null);
  const [isStale, setIsStale] = useState(true);
  const [problem, setProblem] = useState<unknown>(null);
  const [attempt, setAttempt] = useState(0);
  const wanted = JSON.stringify(mapping);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the mapping counts by its content, not by its object.
  useEffect(() => {
    setProblem(null);
    if (!look || mapping.length === 0) {
      setRows(null);
      setIsStale(false);
      return;
    }
    setIsStale(true);
    const controller = new AbortController();
    const { recordPath, parseOptions } = look.outline;
    const request = {
      source: toSource(source, { hasStored: editing?.hasSecrets ?? false }),
      recordPath,
      parseOptions,
      mapping: [...mapping],
      limit: ROWS,
      ...(editing && { jobId: editing.jobId }),
    };
    const waiting = setTimeout(() => {
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
    }, QUIET_MS);
    return () => {
      clearTimeout(waiting);
      controller.abort();
    };
  }, [wanted, look, api, attempt]);

  return { rows, isStale, problem, retry: () => setAttempt(attempt + 1) };
}
