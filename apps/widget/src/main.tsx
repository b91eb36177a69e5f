import './styles.js';
import { createRoot } from 'react-dom/client';
import { App } from './app.js';
import { connectHost } from './connect-host.js';
import { openReviewPage } from './open-review-page.js';

const root = createRoot(document.getElementById('root') as HTMLElement);
root.render(<App host={openReviewPage(window) ?? connectHost(window)} />);
