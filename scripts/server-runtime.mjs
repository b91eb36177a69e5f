/**
 * Memory settings of the server process, used by `npm start` and the benchmarks; the container image sets the same.
 * Requests and runs leave little garbage behind, so a small young generation, collected often, keeps memory low. The
 * two variables make glibc return large freed buffers to the system; other systems ignore them.
 */
export const SERVER_ARGS = ['--max-semi-space-size=8'];
export const SERVER_ENVIRONMENT = { MALLOC_ARENA_MAX: '2', MALLOC_MMAP_THRESHOLD_: '131072' };
