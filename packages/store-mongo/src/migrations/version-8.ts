import type { MigrationStep } from './migration.js';

// From version 7 to version 8: what uploads, templates and projects got with the rest of Manual mode.

export const toVersion8: readonly MigrationStep[] = [];
