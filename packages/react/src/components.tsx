'use client';

import { type ButtonHTMLAttributes, forwardRef, type HTMLAttributes, type ReactNode, useRef } from 'react';
import { type UseInletOptions, useInlet, useInletInstance } from './use-inlet.js';

export interface InletButtonProps extends Omit<ButtonHTMLAttributes<HTMLButtonElement>, 'children'> {
  readonly options: UseInletOptions;
  readonly children: ReactNode;
}

/**
 * A button that opens the widget. Passes all properties of a button, and the ref, on to it. `onClick` is called first;
 * the widget stays closed if it calls `event.preventDefault()`.
 */
export const InletButton = forwardRef<HTMLButtonElement, InletButtonProps>(function InletButton(
  { options, children, disabled, onClick, ...button },
  ref,
) {
  const { isReady, open } = useInlet(options);
  return (
    <button
      type="button"
      {...button}
      ref={ref}
      disabled={disabled === true || !isReady}
      onClick={(event) => {
        onClick?.(event);
        if (!event.defaultPrevented) open();
      }}
    >
      {children}
    </button>
  );
});

export interface InletInlineProps extends Omit<HTMLAttributes<HTMLDivElement>, 'children'> {
  readonly options: UseInletOptions;
}

/** An element that contains the widget. The widget fills it, so it should have a height. */
export function InletInline({ options, ...box }: InletInlineProps) {
  const container = useRef<HTMLDivElement>(null);
  useInletInstance(options, container);
  return <div {...box} ref={container} />;
}
