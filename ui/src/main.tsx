import './app/styles.css';
import { createRoot } from 'react-dom/client';
import { misplaced } from './api/base';
import { keepTrue } from './api/client';
import { App } from './app/app';

const root = document.getElementById('root');
const place = misplaced(window.location.pathname);
if (place !== null) {
  // The server has a base path and was asked without it.
  window.location.replace(place + window.location.search);
} else if (root) {
  keepTrue();
  createRoot(root).render(<App />);
}
