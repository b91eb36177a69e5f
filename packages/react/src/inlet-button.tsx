import type { ButtonHTMLAttributes, ReactNode } from 'react';
import { type UseInletOptions, useInlet } from './use-inlet.js';

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
