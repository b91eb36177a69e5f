import type { Command } from '../command.js';
import { backupCommand } from './backup.js';
import { compactCommand } from './compact.js';
import { exportCommand } from './export.js';
import { importCommand } from './import.js';
import { restoreCommand } from './restore.js';
import { uriCommand } from './uri.js';
import { validateCommand } from './validate.js';

/** Commands for operators of the database. */
export const DB_COMMANDS: Readonly<Record<string, Command>> = {
  'db uri': uriCommand,
  'db validate': validateCommand,
  'db compact': compactCommand,
  'db backup': backupCommand,
  'db restore': restoreCommand,
  'db export': exportCommand,
  'db import': importCommand,
};
