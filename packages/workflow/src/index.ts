export * from './ports/queue.js';
export * from './ports/records.js';
export * from './ports/store.js';
export * from './ports/world.js';
