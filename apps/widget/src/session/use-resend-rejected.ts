import type { RunView } from '@inlet/contracts';
import { useEffect, useState } from 'react';
import { useWidget } from './widget-context.js';

const POLL_MS = 2000;
const MOST_POLLS = 30;

export interface ResendRejected {
  /** The run, with the counts of the latest answer. */
  readonly run: RunView;
  /** Number of rows that are on their way again; 0 if none are. */
  readonly rowsUnderway: number;
  readonly isBusy: boolean;
  readonly problem: unknown;
  readonly resend: () => void;
}

/** Sends the rejected rows of a run again, and asks for the run until the receiver has accepted some or time is up. */
export function useResendRejected(given: RunView): ResendRejected {
  const { api } = useWidget();
  const [run, setRun] = useState(given);
  const [rowsUnderway, setRowsUnderway] = useState(0);
  const [polls, setPolls] = useState(0);
  const [isBusy, setIsBusy] = useState(false);
  const [problem, setProblem] = useState<unknown>(null);
  const { id, counts } = run;

  useEffect(() => {
    if (rowsUnderway === 0) return;
    const controller = new AbortController();
    const timer = setTimeout(() => {
      api.getRun(id, controller.signal).then(
        (now) => {
          setRun(now);
          const isOver = now.counts.rowsRejected < counts.rowsRejected || polls + 1 >= MOST_POLLS;
          if (isOver) setRowsUnderway(0);
          setPolls(isOver ? 0 : polls + 1);
        },
        () => setRowsUnderway(0),
      );
    }, POLL_MS);
    return () => {
      clearTimeout(timer);
      controller.abort();
    };
  }, [api, id, rowsUnderway, polls, counts.rowsRejected]);

  const resend = () => {
    setIsBusy(true);
    setProblem(null);
    api
      .resendRejected(id)
      .then(({ rows }) => setRowsUnderway(rows), setProblem)
      .finally(() => setIsBusy(false));
  };
  return { run, rowsUnderway, isBusy, problem, resend };
}
