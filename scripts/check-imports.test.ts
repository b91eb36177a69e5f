import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkImports } from './check-imports.mjs';

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'inlet-imports-'));
});
afterEach(() => rmSync(root, { recursive: true }));

function write(files: Record<string, string | object>): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), typeof content === 'string' ? content : JSON.stringify(content));
  }
}

/** One package with one source file. */
function breachesOf(folder: string, source: string, { dependencies = {}, file = 'src/a.ts' } = {}): string[] {
  write({ [`${folder}/package.json`]: { dependencies }, [`${folder}/${file}`]: source });
  return checkImports(root);
}

describe('checkImports', () => {
  it('finds no breach in this repository', () => {
    expect(checkImports(resolve(import.meta.dirname, '..'))).toEqual([]);
  });

  it('refuses an import of a higher package, in the source and in package.json', () => {
    const dependencies = { '@inlet/workflow': 'workspace:*' };
    expect(breachesOf('packages/pipeline', "import { a } from '@inlet/workflow';", { dependencies })).toEqual(
      [
        'packages/pipeline/package.json: packages/pipeline must not import @inlet/workflow',
        'packages/pipeline/src/a.ts: packages/pipeline must not import @inlet/workflow',
      ],
    );
  });

  it('refuses a module that package.json does not declare', () => {
    expect(breachesOf('packages/schedule', "import { a } from '@inlet/contracts';")).toEqual([
      'packages/schedule/src/a.ts: imports @inlet/contracts, which its package.json does not declare',
    ]);
  });

  it('allows a devDependency in tests and refuses it in sources', () => {
    write({
      'package.json': { devDependencies: { vitest: '1' } },
      'packages/schedule/package.json': { devDependencies: { '@inlet/testing': 'workspace:*' } },
      'packages/schedule/src/a.test.ts': "import { it } from 'vitest';\nimport { b } from '@inlet/testing';",
      'packages/schedule/src/a.ts': "export { b } from '@inlet/testing';",
    });
    expect(checkImports(root)).toEqual([
      'packages/schedule/src/a.ts: imports @inlet/testing, which its package.json does not declare',
      'packages/schedule/src/a.ts: packages/schedule must not import @inlet/testing',
    ]);
  });

  it('refuses any dependency of the contracts other than zod', () => {
    const dependencies = { zod: '4', luxon: '3' };
    expect(
      breachesOf('packages/contracts', "import { z } from 'zod';\nimport 'luxon';", { dependencies }),
    ).toEqual([
      'packages/contracts/package.json: packages/contracts must not import luxon',
      'packages/contracts/src/a.ts: packages/contracts must not import luxon',
    ]);
  });

  it('refuses a deep import of another package', () => {
    const dependencies = { '@inlet/contracts': 'workspace:*' };
    expect(
      breachesOf('packages/schedule', "import { a } from '@inlet/contracts/src/a.js';", { dependencies }),
    ).toEqual([
      'packages/schedule/src/a.ts: imports @inlet/contracts/src/a.js; import @inlet/contracts instead',
    ]);
    rmSync(join(root, 'packages'), { recursive: true });
    expect(breachesOf('packages/schedule', "import { a } from '../../contracts/src/a.js';")).toEqual([
      'packages/schedule/src/a.ts: imports ../../contracts/src/a.js, which is outside of packages/schedule',
    ]);
  });

  it('refuses an import between two steps of the pipeline', () => {
    expect(
      breachesOf(
        'packages/pipeline',
        "import type { A } from '../check/a.js';\nimport { b } from '../values/b.js';",
        {
          file: 'src/map/a.ts',
        },
      ),
    ).toEqual([
      'packages/pipeline/src/map/a.ts: imports ../check/a.js; map and check must not know each other',
    ]);
  });

  it.each(['ingest', 'outbox'])('refuses an import of a lease in %s', (folder) => {
    const file = `src/${folder}/a.ts`;
    expect(
      breachesOf('packages/workflow', "import type { RunLease } from '../execution/run-lease.js';", { file }),
    ).toEqual([
      `packages/workflow/${file}: imports ../execution/run-lease.js; ${folder} must not know execution`,
    ]);
  });

  it('allows the loader to import types of the contracts only', () => {
    const dependencies = { '@inlet/contracts': 'workspace:*' };
    expect(
      breachesOf(
        'packages/embed',
        "import type { A } from '@inlet/contracts';\nimport { b } from '@inlet/contracts';",
        { dependencies },
      ),
    ).toEqual(['packages/embed/src/a.ts: packages/embed must not import @inlet/contracts']);
  });

  it.each([
    [
      'mongoose outside the store',
      "import mongoose from 'mongoose';",
      'packages/workflow must not import mongoose: documents never leave the store',
    ],
    [
      'an HTTP client outside the connectors',
      "import axios from 'axios';",
      'packages/workflow must not import axios: only connectors open sockets to addresses that a user gave',
    ],
    [
      'a socket outside the connectors',
      "import { connect } from 'net';",
      'packages/workflow must not import net: only connectors open sockets to addresses that a user gave',
    ],
    [
      'a dynamic import',
      "export const a = () => import('node:http');",
      'packages/workflow must not import node:http: only connectors open sockets to addresses that a user gave',
    ],
    [
      'fetch outside the connectors',
      'export const a = await fetch(url);',
      'calls fetch; only connectors open sockets to addresses that a user gave',
    ],
    [
      'an environment variable outside config.ts',
      'export const a = process.env.HOME;',
      'reads process.env; only config.ts of an app may',
    ],
  ])('refuses %s', (_what, source, message) => {
    const dependencies = { mongoose: '9', axios: '1' };
    const breaches = breachesOf('packages/workflow', source, { dependencies });
    expect(breaches.filter((line) => line.includes('/src/'))).toEqual([
      `packages/workflow/src/a.ts: ${message}`,
    ]);
  });

  it('allows config.ts of an app to read the environment', () => {
    expect(breachesOf('apps/api', 'export const a = process.env.HOME;', { file: 'src/config.ts' })).toEqual(
      [],
    );
  });

  it('ignores names that occur in comments', () => {
    const source =
      '// process.env and fetch() are not used here\n/* import { a } from "axios" */\nexport {};';
    expect(breachesOf('packages/workflow', source)).toEqual([]);
  });

  it.each([
    ['values', "import { b } from './b.js';", "import { a } from './a.js';"],
    ['types', "import type { B } from './b.js';", "export type { A } from './a.js';"],
  ])('refuses a cycle of imported %s', (_what, a, b) => {
    write({
      'packages/schedule/package.json': {},
      'packages/schedule/src/a.ts': a,
      'packages/schedule/src/b.ts': b,
      'packages/schedule/src/c.ts': "import { a } from './a.js';\nimport { b } from './b.js';",
    });
    expect(checkImports(root)).toEqual([
      'import cycle: packages/schedule/src/a.ts, packages/schedule/src/b.ts',
    ]);
  });

  it('requires an entry in the table for every package', () => {
    expect(breachesOf('packages/surprise', '')).toEqual([
      'packages/surprise: is not in the table of scripts/check-imports.mjs',
    ]);
  });
});
