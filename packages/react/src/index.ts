'use client';

export type { Inlet, InletEventName, InletEvents, InletOptions, OpenOptions, UserToken } from '@inlet/embed';
export { InletButton, type InletButtonProps, InletInline, type InletInlineProps } from './components.js';
export { type InletCallbacks, type UseInlet, type UseInletOptions, useInlet } from './use-inlet.js';
