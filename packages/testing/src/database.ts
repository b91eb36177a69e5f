export { type TestDatabase, testDatabase, WITHOUT_EMBEDDED } from './test-database.js';
