import { type HTMLAttributes, useRef } from 'react';
import { type UseInletOptions, useInletInstance } from './use-inlet.js';

export interface InletInlineProps extends Omit<HTMLAttributes<HTMLDivElement>, 'children'> {
  readonly options: UseInletOptions;
}

/** The widget as a part of the page. It fills this element, which should have a height. */
export function InletInline({ options, ...box }: InletInlineProps) {
  const place = useRef<HTMLDivElement>(null);
  useInletInstance(options, place);
  return <div {...box} ref={place} />;
}
