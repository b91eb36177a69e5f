import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  // The demo serves the page at `/`, and its files below this path.
  base: '/playground/',
  publicDir: 'html',
  plugins: [react()],
  build: {
    outDir: 'dist',
    // The compiler writes here too.
    emptyOutDir: false,
    target: 'es2022',
    modulePreload: { polyfill: false },
    rollupOptions: {
      output: {
        // Without fingerprints, so that each build overwrites the files of the last one.
        entryFileNames: 'app.js',
        assetFileNames: '[name][extname]',
      },
    },
  },
});
