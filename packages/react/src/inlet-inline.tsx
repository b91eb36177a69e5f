import { type HTMLAttributes, useRef } from 'react';
import { type UseInletOptions, useInletInstance } from './use-inlet.js';

export interface InletInlineProps extends Omit<HTMLAttributes<HTMLDivElement>, 'children'> {
  readonly options: UseInletOptions;
}

/** An element that contains the widget. The widget fills it, so it should have a height. */
export function InletInline({ options, ...box }: InletInlineProps) {
  const container = useRef<HTMLDivElement>(null);
  useInletInstance(options, container);
  return <div {...box} ref={container} />;
}
