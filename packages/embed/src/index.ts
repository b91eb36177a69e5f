export { createInlet } from './create-inlet.js';
export type {
  Inlet,
  InletEventName,
  InletEvents,
  InletOptions,
  OpenOptions,
  UserToken,
} from './options.js';
export { createScan } from './scan.js';
