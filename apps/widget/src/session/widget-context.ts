import type { WidgetOptions } from '@inlet/contracts';
import { createContext, useContext } from 'react';
import type { Host } from '../connect-host.js';
import type { StartedWidget } from './start-widget.js';
import type { Words } from './words.js';

export interface Widget extends Words, StartedWidget {
  readonly host: Host;
  readonly options: WidgetOptions;
  /** The person's time zone. */
  readonly timeZone: string;
}

const WidgetContext = createContext<Widget | null>(null);
export const WidgetProvider = WidgetContext.Provider;

export function useWidget(): Widget {
  const widget = useContext(WidgetContext);
  if (!widget) throw new Error('useWidget outside of WidgetProvider');
  return widget;
}
