import type { SessionResponse, WidgetOptions } from '@inlet/contracts';
import { createContext, useContext } from 'react';
import type { Api } from '../api/create-api.js';
import type { Host } from '../connect-host.js';
import type { Words } from './start.js';

export interface Widget extends Words {
  readonly api: Api;
  readonly session: SessionResponse;
  readonly host: Host;
  readonly options: WidgetOptions;
  /** The person's own zone. */
  readonly timeZone: string;
}

const WidgetContext = createContext<Widget | null>(null);
export const WidgetProvider = WidgetContext.Provider;

export function useWidget(): Widget {
  const widget = useContext(WidgetContext);
  if (!widget) throw new Error('useWidget outside of WidgetProvider');
  return widget;
}
