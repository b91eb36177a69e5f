import type { Column, ColumnTexts, MappedColumn, UploadView } from '@inlet/contracts';
import { useEffect, useState } from 'react';
import { isAbort } from '../../api/api-problem.js';
import { useManual } from '../../manual/manual-context.js';
import { isFilled } from '../../wizard/mapping-status.js';
import { readValueMap } from '../../wizard/value-map.js';

/** Time without changes before a request. */
const DEBOUNCE_MS = 200;

/** Whether values of a column are mapped one by one. */
export const hasValueChoices = ({ type }: Column, mapped: MappedColumn | null): mapped is MappedColumn =>
  (type === 'select' || type === 'multi_select') &&
  mapped !== null &&
  isFilled(mapped) &&
  !('value' in mapped);

interface TextsQuestion {
  readonly upload: UploadView;
  readonly mapped: MappedColumn;
}

/**
 * The different texts of a column of the file before they are mapped to options; null until they are known, and while
 * the file is being read.
 */
export function useColumnTexts({ upload, mapped }: TextsQuestion): ColumnTexts | null {
  const { uploads } = useManual();
  const [texts, setTexts] = useState<ColumnTexts | null>(null);
  const base = JSON.stringify(readValueMap(mapped).base);
  const { id, isScanned } = upload;
  useEffect(() => {
    setTexts(null);
    if (!isScanned) return;
    const controller = new AbortController();
    const timer = setTimeout(() => {
      uploads.columnTexts(id, JSON.parse(base), controller.signal).then(setTexts, (failure: unknown) => {
        // Without them, the values can be corrected in the next step.
        if (!isAbort(failure)) setTexts(null);
      });
    }, DEBOUNCE_MS);
    return () => {
      clearTimeout(timer);
      controller.abort();
    };
  }, [uploads, id, isScanned, base]);
  return texts;
}
