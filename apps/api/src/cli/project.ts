import { createProject, rotateSecretKey, type World } from '@inlet/workflow';
import { pino } from 'pino';
import { createLogger } from '../logger.js';
import { openWorld } from '../open-world.js';
import { type Command, type Invocation, UsageError } from './command.js';

const STANDARD_ERROR = 2;
const json = { json: { type: 'boolean' } } as const;

export const createProjectCommand: Command = {
  usage: 'project create --name NAME [--json]',
  summary: 'Create a project and print its keys, this once.',
  options: { name: { type: 'string' }, ...json },
  wordCount: 0,
  run: async (invocation) => {
    const name = required(invocation, 'name', 'NAME');
    report(invocation, await inWorld(invocation, (world) => createProject(world, { name })));
  },
};

export const rotateKeyCommand: Command = {
  usage: 'project rotate-key --project ID [--json]',
  summary: 'Give a project a new secret key; the old one stops working.',
  options: { project: { type: 'string' }, ...json },
  wordCount: 0,
  run: async (invocation) => {
    const projectId = required(invocation, 'project', 'ID');
    report(invocation, await inWorld(invocation, (world) => rotateSecretKey(world, { projectId })));
  },
};

export const listProjectsCommand: Command = {
  usage: 'project list [--json]',
  summary: 'List the projects.',
  options: json,
  wordCount: 0,
  run: async (invocation) => {
    const projects = await inWorld(invocation, (world) => world.store.projects.list());
    const { print, isSet } = invocation;
    if (isSet('json'))
      print(JSON.stringify(projects.map(({ id, name, createdAt }) => ({ id, name, createdAt }))));
    else if (projects.length === 0)
      print('There is no project yet. Create one: inlet project create --name NAME');
    else for (const { id, name, createdAt } of projects) print(`${id}  ${createdAt.toISOString()}  ${name}`);
  },
};

/** Opens the database for one use case, and says only what is wrong. */
async function inWorld<Result>(
  { config, version }: Invocation,
  act: (world: World) => Promise<Result>,
): Promise<Result> {
  const log = createLogger({ level: 'warn' }, pino.destination({ fd: STANDARD_ERROR, sync: true }));
  const { world, close } = await openWorld({ config: config(), version, log });
  try {
    return await act(world);
  } finally {
    await close();
  }
}

function required({ text }: Invocation, option: string, placeholder: string): string {
  const value = text(option)?.trim();
  if (value === undefined || value === '') throw new UsageError(`Say --${option} ${placeholder}.`);
  return value;
}

function report({ print, isSet }: Invocation, secrets: Readonly<Record<string, string>>): void {
  if (isSet('json')) {
    print(JSON.stringify(secrets));
    return;
  }
  const width = Math.max(...Object.keys(secrets).map((name) => name.length));
  for (const [name, value] of Object.entries(secrets)) print(`${name.padEnd(width)}  ${value}`);
  print('Keep these: keys and secrets are not shown again.');
}
