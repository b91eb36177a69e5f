/**
 * How the server is run where memory counts: `npm start`, the benches, and, in its own words, the container image.
 * What one request or run leaves behind is small, so the collector may look at it often; and glibc gives large
 * buffers back to the system as soon as they are free (other systems ignore the two variables).
 */
export const SERVER_ARGS = ['--max-semi-space-size=8'];
export const SERVER_ENVIRONMENT = { MALLOC_ARENA_MAX: '2', MALLOC_MMAP_THRESHOLD_: '131072' };
