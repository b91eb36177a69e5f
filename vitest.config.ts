import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['packages/*/{src,test}/**/*.test.ts', 'apps/*/{src,test}/**/*.test.ts', 'scripts/**/*.test.ts'],
    // Time decides no test: these limits only end one that hangs, even on a busy machine.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 30_000 } },
    // vitest leaves one core idle; many tests wait for a browser or a process, so two files always run at a time.
    maxWorkers: 2,
    // Loading the modules for each of 200 files took longer than most of the files. No test may leave global state.
    isolate: false,
  },
});
