export { type DatabaseProxy, startDatabaseProxy } from './database-proxy.js';
export { type TestDatabase, testDatabase, WITHOUT_EMBEDDED } from './test-database.js';
