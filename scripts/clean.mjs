// Removes all build output.
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './pnpm.mjs';

for (const group of ['packages', 'apps']) {
  for (const name of readdirSync(join(ROOT, group)))
    rmSync(join(ROOT, group, name, 'dist'), { recursive: true, force: true });
}
