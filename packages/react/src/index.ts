export type { Inlet, InletEventName, InletEvents, InletOptions, OpenOptions, UserToken } from '@inlet/embed';
export { InletButton, type InletButtonProps } from './inlet-button.js';
export { InletInline, type InletInlineProps } from './inlet-inline.js';
export { type InletCallbacks, type UseInlet, type UseInletOptions, useInlet } from './use-inlet.js';
