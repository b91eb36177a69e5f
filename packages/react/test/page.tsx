import { createRoot, hydrateRoot } from 'react-dom/client';
import { HostPage } from './host-page.js';

const root = document.getElementById('root') as HTMLElement;
if (root.hasChildNodes()) hydrateRoot(root, <HostPage />);
else createRoot(root).render(<HostPage />);
