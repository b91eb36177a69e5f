import type { CorrectionsResult, SheetDownload } from '@inlet/contracts';
import { useEffect, useRef, useState } from 'react';
import { isAbort } from '../../api/api-problem.js';
import { useManual } from '../../manual/manual-context.js';
import type { Sheet } from '../../review/use-sheet.js';

export interface SheetFiles {
  readonly download: (file: SheetDownload) => void;
  readonly correct: (file: File) => void;
  /** Share of the corrected file that has been sent; null if none is sent. */
  readonly sent: number | null;
  /** The changes of the corrected file; null before, and once it is closed. */
  readonly result: CorrectionsResult | null;
  readonly problem: unknown;
  readonly cancel: () => void;
  readonly dismiss: () => void;
}

/** Downloads rows as a file, and sends the corrected file back. */
export function useSheetFiles(uploadId: string, sheet: Sheet): SheetFiles {
  const { uploads } = useManual();
  const [sent, setSent] = useState<number | null>(null);
  const [result, setResult] = useState<CorrectionsResult | null>(null);
  const [problem, setProblem] = useState<unknown>(null);
  const transfer = useRef<AbortController | null>(null);
  useEffect(() => () => transfer.current?.abort(), []);

  const dismiss = () => {
    setResult(null);
    setProblem(null);
  };
  const download = async (file: SheetDownload) => {
    dismiss();
    try {
      followLink(await uploads.downloadAddress(uploadId, file));
    } catch (failure) {
      setProblem(failure);
    }
  };
  const correct = async (file: File) => {
    dismiss();
    setSent(0);
    const stop = new AbortController();
    transfer.current = stop;
    const onProgress = (bytes: number) => setSent(file.size > 0 ? bytes / file.size : null);
    try {
      const answer = await uploads.correct(uploadId, file, { signal: stop.signal, onProgress });
      sheet.receive(answer);
      setResult(answer);
    } catch (failure) {
      if (!isAbort(failure)) setProblem(failure);
    } finally {
      setSent(null);
    }
  };
  return {
    download: (file) => void download(file),
    correct: (file) => void correct(file),
    sent,
    result,
    problem,
    cancel: () => transfer.current?.abort(),
    dismiss,
  };
}

/** The browser saves what it finds there, without keeping it in memory. */
function followLink(address: string): void {
  const link = document.createElement('a');
  link.href = address;
  link.download = '';
  link.click();
}
