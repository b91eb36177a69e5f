import { version } from 'react';
import { renderToString } from 'react-dom/server';
import { HostPage } from './host-page.js';

export { version };
export const render = (): string => renderToString(<HostPage />);
