import { createContext, useContext } from 'react';
import type { UploadsApi } from '../api/create-uploads-api.js';

interface Manual {
  readonly uploads: UploadsApi;
}

const ManualContext = createContext<Manual | null>(null);
export const ManualProvider = ManualContext.Provider;

export function useManual(): Manual {
  const manual = useContext(ManualContext);
  if (!manual) throw new Error('useManual outside of ManualProvider');
  return manual;
}
