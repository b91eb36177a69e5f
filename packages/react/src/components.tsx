import { type ButtonHTMLAttributes, type HTMLAttributes, type ReactNode, useRef } from 'react';
import { type UseInletOptions, useInlet, useInletInstance } from './use-inlet.js';

export interface InletButtonProps
  extends Omit<ButtonHTMLAttributes<HTMLButtonElement>, 'children' | 'onClick'> {
  readonly options: UseInletOptions;
  readonly children: ReactNode;
}

/** A button that opens the widget. Passes all properties of a button on to it. */
export function InletButton({ options, children, disabled, ...button }: InletButtonProps) {
  const { isReady, open } = useInlet(options);
  return (
    <button type="button" {...button} disabled={disabled === true || !isReady} onClick={() => open()}>
      {children}
    </button>
  );
}

export interface InletInlineProps extends Omit<HTMLAttributes<HTMLDivElement>, 'children'> {
  readonly options: UseInletOptions;
}

/** An element that contains the widget. The widget fills it, so it should have a height. */
export function InletInline({ options, ...box }: InletInlineProps) {
  const container = useRef<HTMLDivElement>(null);
  useInletInstance(options, container);
  return <div {...box} ref={container} />;
}
