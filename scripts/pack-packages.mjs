// Packs the public packages into apps/api/dist/packages, from where the server serves them at its own version.
import { mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { must, ROOT, run } from './pnpm.mjs';
import { stagePackage } from './stage-package.mjs';

const PACKAGES = ['client', 'contracts', 'embed', 'react'];
const target = join(ROOT, 'apps/api/dist/packages');

rmSync(target, { recursive: true, force: true });
mkdirSync(target, { recursive: true });
await Promise.all(
  PACKAGES.map(async (name) => {
    const staged = stagePackage(join(ROOT, 'packages', name));
    const pack = ['pack', staged, '--pack-destination', target, '--ignore-scripts', '--silent'];
    await must(`Packing ${name}`, run('npm', pack, { quiet: true }));
    const { version } = JSON.parse(readFileSync(join(staged, 'package.json'), 'utf8'));
    renameSync(join(target, `inlet-${name}-${version}.tgz`), join(target, `${name}.tgz`));
  }),
);
