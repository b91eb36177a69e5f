export { HeadingStats } from './read/heading-stats.js';
export * from './read/types.js';
export { checkColumns } from './check/check-columns.js';
export { type CheckOptions, type CompiledCheck, compileCheck } from './check/compile-check.js';
export { MESSAGES, type MessageKey, type Messages } from './check/messages.js';
export { checkMapping } from './map/check-mapping.js';
export { type CompiledMapping, compileMapping, defaultRepeat, mappingPaths } from './map/compile-mapping.js';
