import { originSchema, type Project } from '@inlet/contracts';
import { type Context, createProject, rotateSecretKey, updateProject } from '@inlet/workflow';
import { pino } from 'pino';
import { createLogger } from '../logger.js';
import { openContext } from '../open-context.js';
import { type Command, type Invocation, UsageError } from './command.js';

const STANDARD_ERROR = 2;
const json = { json: { type: 'boolean' } } as const;

export const createProjectCommand: Command = {
  usage: 'project create --name NAME [--allow-origin URL]... [--development] [--json]',
  summary: 'Create a project and print its keys, this once.',
  options: {
    name: { type: 'string' },
    'allow-origin': { type: 'string', multiple: true },
    development: { type: 'boolean' },
    ...json,
  },
  wordCount: 0,
  run: async (invocation) => {
    const name = required(invocation, 'name', 'NAME');
    const settings = {
      allowedOrigins: originsIn(invocation, 'allow-origin'),
      isDevelopment: invocation.isSet('development'),
    };
    report(invocation, await inWorld(invocation, (context) => createProject(context, { name, settings })));
  },
};

export const updateProjectCommand: Command = {
  usage:
    'project update --project ID [--allow-origin URL]... [--remove-origin URL]... [--development|--production] [--json]',
  summary: 'Change which sites may show the widget, and whether unsigned users are let in.',
  options: {
    project: { type: 'string' },
    'allow-origin': { type: 'string', multiple: true },
    'remove-origin': { type: 'string', multiple: true },
    development: { type: 'boolean' },
    production: { type: 'boolean' },
    ...json,
  },
  wordCount: 0,
  run: async (invocation) => {
    const projectId = required(invocation, 'project', 'ID');
    const changes = {
      addOrigins: originsIn(invocation, 'allow-origin'),
      // Taken as it is: what is not on the list does no harm.
      removeOrigins: invocation.texts('remove-origin'),
      ...modeIn(invocation),
    };
    const project = await inWorld(invocation, (context) => updateProject(context, { projectId, changes }));
    reportProject(invocation, project);
  },
};

export const rotateKeyCommand: Command = {
  usage: 'project rotate-key --project ID [--json]',
  summary: 'Give a project a new secret key; the old one stops working.',
  options: { project: { type: 'string' }, ...json },
  wordCount: 0,
  run: async (invocation) => {
    const projectId = required(invocation, 'project', 'ID');
    report(invocation, await inWorld(invocation, (context) => rotateSecretKey(context, { projectId })));
  },
};

export const listProjectsCommand: Command = {
  usage: 'project list [--json]',
  summary: 'List the projects.',
  options: json,
  wordCount: 0,
  run: async (invocation) => {
    const projects = await inWorld(invocation, (context) => context.store.projects.list());
    const { print, isSet } = invocation;
    if (isSet('json'))
      print(JSON.stringify(projects.map(({ id, name, createdAt }) => ({ id, name, createdAt }))));
    else if (projects.length === 0)
      print('There is no project yet. Create one: inlet project create --name NAME');
    else for (const { id, name, createdAt } of projects) print(`${id}  ${createdAt.toISOString()}  ${name}`);
  },
};

/** Forgives the slash at the end of what is copied from the address bar. */
function originsIn({ texts }: Invocation, option: string): string[] {
  return texts(option).map((text) => {
    const parsed = originSchema.safeParse(text.replace(/\/$/, ''));
    if (parsed.success) return parsed.data;
    throw new UsageError(
      `--${option} ${text} is no origin; write it like https://app.example or http://localhost:3000.`,
    );
  });
}

function modeIn({ isSet }: Invocation): { isDevelopment?: boolean } {
  const [isDevelopment, isProduction] = [isSet('development'), isSet('production')];
  if (isDevelopment && isProduction) throw new UsageError('Say --development or --production, not both.');
  return isDevelopment || isProduction ? { isDevelopment } : {};
}

function reportProject({ print, isSet }: Invocation, project: Project): void {
  const { id, name, allowedOrigins, isDevelopment } = project;
  if (isSet('json')) {
    print(JSON.stringify({ id, name, allowedOrigins, isDevelopment }));
    return;
  }
  print(`${name} (${id}) is in ${isDevelopment ? 'development: unsigned users are let in' : 'production'}.`);
  print(
    allowedOrigins.length === 0
      ? 'No site may show its widget. Allow one: inlet project update --allow-origin https://app.example'
      : `Sites that may show its widget: ${allowedOrigins.join(', ')}`,
  );
}

/** Opens the database for one use case, and says only what is wrong. */
async function inWorld<Result>(
  { config, version }: Invocation,
  act: (context: Context) => Promise<Result>,
): Promise<Result> {
  const log = createLogger({ level: 'warn' }, pino.destination({ fd: STANDARD_ERROR, sync: true }));
  const { context, close } = await openContext({ config: config(), version, log });
  try {
    return await act(context);
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
