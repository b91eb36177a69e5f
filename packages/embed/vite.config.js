import { defineConfig } from 'vite';

/** The script-tag form. The ES module form is what the compiler writes; both have one source. */
export default defineConfig({
  build: {
    outDir: 'dist',
    emptyOutDir: false,
    target: 'es2020',
    lib: { entry: 'src/global.ts', formats: ['iife'], name: 'InletLoader', fileName: () => 'inlet.iife.js' },
  },
});
