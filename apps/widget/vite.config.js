import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  // The server serves the app at /widget/, perhaps below a path that a proxy adds.
  base: './',
  plugins: [react()],
  // The server replaces this with a new nonce in every response.
  html: { cspNonce: '__INLET_CSP_NONCE__' },
  build: {
    outDir: 'dist',
    // The compiler writes here too; the bundle script removes old files from `assets`.
    emptyOutDir: false,
    manifest: 'manifest.json',
    target: 'es2022',
    // For older browsers, `text-align: start` would be replaced by a list of languages, which is wrong inside `dir="auto"`.
    cssTarget: ['chrome120', 'firefox121', 'safari16.4'],
    modulePreload: { polyfill: false },
    // One file for everything that the first screen imports: it compresses better than the files that lazy screens share.
    rolldownOptions: {
      output: { codeSplitting: { groups: [{ name: 'main', test: /\/src\/main\.tsx$/ }] } },
      checks: { pluginTimings: false },
    },
    // No inlining: the page's content security policy allows no data URLs for scripts and fonts.
    assetsInlineLimit: 0,
  },
});
