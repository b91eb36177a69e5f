import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ProjectSecrets } from '@inlet/contracts';
import { createProject } from '@inlet/workflow';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BootedInlet, bootInlet } from './boot-inlet.js';
import { templateInput } from './example-import.js';
import { ORIGIN, requestSession } from './widget-client.js';

const PAGE = readFileSync(new URL('../../../docs/user-tokens.md', import.meta.url), 'utf8');
const USER = 'user "42" äöü';

let directory: string;
let booted: BootedInlet;
let project: ProjectSecrets;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'inlet-token-'));
  booted = await bootInlet();
  project = await createProject(booted.inlet.context, {
    name: 'Docs',
    settings: { allowedOrigins: [ORIGIN] },
  });
  await booted.call('POST', '/v1/templates', { key: project.secretKey, body: templateInput() });
});
afterAll(async () => {
  await booted.close();
  rmSync(directory, { recursive: true });
});

/** The code of the page under this heading. */
function codeOf(language: string): string {
  const [, section = ''] = PAGE.split(`\n### ${language}\n`);
  return /```\w+\n([\s\S]*?)```/.exec(section)?.[1] ?? '';
}

interface Language {
  readonly name: string;
  readonly file: string;
  readonly command: readonly string[];
  /** Code that makes the page's function print a token for the user in its first argument. */
  readonly around: (code: string) => string;
}

const LANGUAGES: readonly Language[] = [
  {
    name: 'Node',
    file: 'sign.mjs',
    command: [process.execPath],
    around: (code) => `${code}\nprocess.stdout.write(signUserToken(process.argv[2]));`,
  },
  {
    name: 'Python',
    file: 'sign.py',
    command: ['python3'],
    around: (code) => `${code}\nimport sys\nsys.stdout.write(sign_user_token(sys.argv[1]))\n`,
  },
  {
    name: 'PHP',
    file: 'sign.php',
    command: ['php'],
    around: (code) => `${code}\necho sign_user_token($argv[1]);`,
  },
  {
    name: 'Ruby',
    file: 'sign.rb',
    command: ['ruby'],
    around: (code) => `${code}\nprint sign_user_token(ARGV[0])\n`,
  },
  {
    name: 'Go',
    file: 'sign.go',
    command: ['go', 'run'],
    around: (code) =>
      `${code.replace('package inlet', 'package main')}\nfunc main() {\n\ttoken, err := SignUserToken(os.Args[1])\n\tif err != nil {\n\t\tpanic(err)\n\t}\n\tos.Stdout.WriteString(token)\n}\n`,
  },
];

function isInstalled([program = '']: readonly string[]): boolean {
  try {
    execFileSync(program, [program === 'go' ? 'version' : '--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

describe('docs/user-tokens.md', () => {
  for (const { name, file, command, around } of LANGUAGES)
    it.skipIf(!isInstalled(command))(
      `signs a token in ${name} that opens a session`,
      async () => {
        const path = join(directory, file);
        writeFileSync(path, around(codeOf(name)));
        const [program = '', ...before] = command;
        const userToken = execFileSync(program, [...before, path, USER], {
          encoding: 'utf8',
          cwd: directory,
          env: {
            ...process.env,
            INLET_USER_TOKEN_SECRET: project.userTokenSecret,
            GOCACHE: join(directory, 'go'),
            GO111MODULE: 'off',
          },
        });
        const answer = await requestSession(booted, {
          project,
          template: 'products',
          request: { userToken },
        });
        expect(answer.json).toMatchObject({ externalUserId: USER, isSigned: true });
        const left = Date.parse(answer.json.expiresAt) - Date.now();
        expect(left).toBeGreaterThan(15 * 60_000);
        expect(left).toBeLessThanOrEqual(16 * 60_000);
      },
      120_000,
    );
});
