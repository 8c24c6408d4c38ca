import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

// `npm run dev` shows the page with live reload and asks the Galley at GALLEY_URL.
const server = process.env.GALLEY_URL ?? 'http://127.0.0.1:5000';

export default defineConfig({
  base: '/ui/',
  plugins: [react()],
  experimental: {
    // Files name each other by where they stand themselves: the server puts a base path into index.html alone.
    renderBuiltUrl: (file, { hostType }) => (hostType === 'html' ? `/ui/${file}` : { relative: true }),
  },
  build: {
    outDir: process.env.GALLEY_UI_OUT ?? '../build/ui/dist',
    emptyOutDir: true,
    target: 'es2022',
    assetsInlineLimit: 0, // Strict CSP: no data: scripts or styles.
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
  worker: { format: 'es' },
  server: { proxy: { '/api': server, '/ui/enter': server } },
});
