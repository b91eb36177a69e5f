import type { UploadEvent } from '@inlet/contracts';
import { createContext, type RefObject, useContext } from 'react';
import type { UploadsApi } from '../api/create-uploads-api.js';

export type OnSheetEvent = (event: UploadEvent) => void;

interface Manual {
  readonly uploads: UploadsApi;
  /** Called with events about rows and operations of the upload. */
  readonly sheetListener: RefObject<OnSheetEvent | null>;
}

const ManualContext = createContext<Manual | null>(null);
export const ManualProvider = ManualContext.Provider;

export function useManual(): Manual {
  const manual = useContext(ManualContext);
  if (!manual) throw new Error('useManual outside of ManualProvider');
  return manual;
}
