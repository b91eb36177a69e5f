export { HeadingStats } from './read/heading-stats.js';
export * from './read/types.js';
