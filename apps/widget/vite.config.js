import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  // The server shows the app at /widget/, wherever a proxy puts that.
  base: './',
  plugins: [react()],
  // The server puts another one in its place with each answer.
  html: { cspNonce: '__INLET_CSP_NONCE__' },
  build: {
    outDir: 'dist',
    // The compiler's output lies here too; the bundle script empties `assets`.
    emptyOutDir: false,
    manifest: 'manifest.json',
    target: 'es2022',
    // Older ones would get `text-align: start` by a list of languages, which is wrong inside of `dir="auto"`.
    cssTarget: ['chrome120', 'firefox121', 'safari16.4'],
    modulePreload: { polyfill: false },
    // Nothing inline: the page's policy allows no data addresses for scripts and fonts.
    assetsInlineLimit: 0,
  },
});
