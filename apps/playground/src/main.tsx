import './styles/tokens.css';
import './styles/controls.css';
import './styles/shell.css';
import './styles/stories.css';
import './styles/developer.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.js';

const place = document.getElementById('app');
if (place)
  createRoot(place).render(
    <StrictMode>
      <App />
    </StrictMode>,
  );
