import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  // The demo shows the page at `/` and its files below this.
  base: '/playground/',
  publicDir: 'html',
  plugins: [react()],
  build: {
    outDir: 'dist',
    // The compiler's output lies here too.
    emptyOutDir: false,
    target: 'es2022',
    modulePreload: { polyfill: false },
    rollupOptions: {
      output: {
        // Names that stay, so that no file of an earlier build is left behind.
        entryFileNames: 'app.js',
        assetFileNames: '[name][extname]',
      },
    },
  },
});
