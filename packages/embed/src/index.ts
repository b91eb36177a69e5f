export { createInlet } from './create-inlet.js';
export type {
  Inlet,
  InletEventName,
  InletEvents,
  InletOptions,
  OpenOptions,
  RowsAnswer,
  RowsBatch,
  RowsHandler,
  UserToken,
} from './options.js';
export { createScan } from './scan.js';
