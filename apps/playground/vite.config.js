import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  // The demo serves the page at `/`, and its files below this path.
  base: '/playground/',
  publicDir: 'html',
  plugins: [react()],
  // The page's React, for @inlet/react too: it takes its host's.
  resolve: { dedupe: ['react', 'react-dom'] },
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
