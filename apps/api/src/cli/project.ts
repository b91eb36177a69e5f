import {
  CREDENTIALS,
  type Credential,
  originSchema,
  type Project,
  projectPatchSchema,
  rotationRequestSchema,
  type UserTokenSettings,
} from '@inlet/contracts';
import {
  createProject,
  endGracePeriod,
  getProject,
  type ProjectChanges,
  rotateCredential,
  updateProject,
} from '@inlet/workflow';
import { type Command, type Invocation, UsageError } from './command.js';
import { withContext } from './with-context.js';

const json = { json: { type: 'boolean' } } as const;

export const createProjectCommand: Command = {
  usage: 'project create --name NAME [--allow-origin URL]... [--development] [--json]',
  summary: 'Create a project and print its keys. They are not shown again.',
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
    report(
      invocation,
      await withContext(invocation, ({ context }) => createProject(context, { name, settings })),
    );
  },
};

export const updateProjectCommand: Command = {
  usage:
    'project update --project ID [--allow-origin URL]... [--remove-origin URL]... [--development|--production] [--token-audience TEXT|none] [--token-template required|optional] [--jwks-url URL|none] [--hs256 allowed|refused] [--json]',
  summary: 'Change which sites may show the widget, and which users and user tokens are accepted.',
  options: {
    project: { type: 'string' },
    'allow-origin': { type: 'string', multiple: true },
    'remove-origin': { type: 'string', multiple: true },
    development: { type: 'boolean' },
    production: { type: 'boolean' },
    'token-audience': { type: 'string' },
    'token-template': { type: 'string' },
    'jwks-url': { type: 'string' },
    hs256: { type: 'string' },
    ...json,
  },
  wordCount: 0,
  run: async (invocation) => {
    const projectId = required(invocation, 'project', 'ID');
    const changes = {
      addOrigins: originsIn(invocation, 'allow-origin'),
      // Not validated: an origin that is not on the list does no harm.
      removeOrigins: invocation.texts('remove-origin'),
      ...modeIn(invocation),
      userTokens: userTokensIn(invocation),
    };
    const project = await withContext(invocation, ({ context }) =>
      updateProject(context, { projectId }, changes),
    );
    reportProject(invocation, project);
  },
};

export const showProjectCommand: Command = {
  usage: 'project show --project ID [--json]',
  summary: 'Show the settings of a project, and which keys and secrets are valid.',
  options: { project: { type: 'string' }, ...json },
  wordCount: 0,
  run: async (invocation) => {
    const projectId = required(invocation, 'project', 'ID');
    const project = await withContext(invocation, ({ context }) => getProject(context, { projectId }));
    if (invocation.isSet('json')) {
      invocation.print(JSON.stringify(project));
      return;
    }
    reportProject(invocation, project);
    for (const what of CREDENTIALS)
      for (const { prefix, validUntil } of project.credentials[what])
        invocation.print(
          `${optionNameOf(what).padEnd(17)}  ${prefix ?? '(prefix unknown)'}...  ${validUntil === null ? 'current' : `valid until ${validUntil}`}`,
        );
  },
};

export const rotateCommand: Command = {
  usage: `project rotate ${CREDENTIALS.map(optionNameOf).join('|')} --project ID [--grace-minutes N] [--json]`,
  summary: 'Replace a key or secret; the old one stays valid for the grace period (default: a day).',
  options: { project: { type: 'string' }, 'grace-minutes': { type: 'string' }, ...json },
  wordCount: 1,
  run: async (invocation) => {
    const projectId = required(invocation, 'project', 'ID');
    const request = rotationRequestSchema.safeParse({
      what: credentialIn(invocation),
      ...graceIn(invocation),
    });
    if (!request.success) throw new UsageError('--grace-minutes must be a whole number from 0 to 43200.');
    const rotation = await withContext(invocation, ({ context }) =>
      rotateCredential(context, { projectId }, request.data),
    );
    if (invocation.isSet('json')) invocation.print(JSON.stringify(rotation));
    else {
      invocation.print(rotation.value);
      invocation.print(
        rotation.graceEndsAt === null
          ? 'The old value no longer works. Keep this one: it is not shown again.'
          : `The old value works until ${rotation.graceEndsAt}. Keep this one: it is not shown again.`,
      );
    }
  },
};

export const endGraceCommand: Command = {
  usage: `project end-grace ${CREDENTIALS.map(optionNameOf).join('|')} --project ID`,
  summary: 'End the grace period of a key or secret: old values stop working at once.',
  options: { project: { type: 'string' } },
  wordCount: 1,
  run: async (invocation) => {
    const projectId = required(invocation, 'project', 'ID');
    const what = credentialIn(invocation);
    await withContext(invocation, ({ context }) => endGracePeriod(context, { projectId }, { what }));
    invocation.print('Only the current value works now.');
  },
};

/** `secret_key` is `secret-key` on the command line. */
function optionNameOf(what: Credential): string {
  return what.replaceAll('_', '-');
}

function credentialIn({ words: [word = ''] }: Invocation): Credential {
  const what = CREDENTIALS.find((credential) => optionNameOf(credential) === word);
  if (what) return what;
  throw new UsageError(
    `"${word}" cannot be rotated. Name one of ${CREDENTIALS.map(optionNameOf).join(', ')}.`,
  );
}

function graceIn({ text }: Invocation): { graceMinutes?: number } {
  const minutes = text('grace-minutes');
  return minutes === undefined ? {} : { graceMinutes: /^\d+$/.test(minutes) ? Number(minutes) : Number.NaN };
}

export const listProjectsCommand: Command = {
  usage: 'project list [--json]',
  summary: 'List the projects.',
  options: json,
  wordCount: 0,
  run: async (invocation) => {
    const projects = await withContext(invocation, ({ context }) => context.store.projects.list());
    const { print, isSet } = invocation;
    if (isSet('json'))
      print(JSON.stringify(projects.map(({ id, name, createdAt }) => ({ id, name, createdAt }))));
    else if (projects.length === 0)
      print('There is no project yet. Create one: inlet project create --name NAME');
    else for (const { id, name, createdAt } of projects) print(`${id}  ${createdAt.toISOString()}  ${name}`);
  },
};

/** Accepts the slash at the end of an address that was copied from the address bar. */
function originsIn({ texts }: Invocation, option: string): string[] {
  return texts(option).map((text) => {
    const parsed = originSchema.safeParse(text.replace(/\/$/, ''));
    if (parsed.success) return parsed.data;
    throw new UsageError(
      `--${option} ${text} is not an origin; write it like https://app.example or http://localhost:3000.`,
    );
  });
}

function modeIn({ isSet }: Invocation): { isDevelopment?: boolean } {
  const [isDevelopment, isProduction] = [isSet('development'), isSet('production')];
  if (isDevelopment && isProduction) throw new UsageError('Pass --development or --production, not both.');
  return isDevelopment || isProduction ? { isDevelopment } : {};
}

/** `none` removes an audience or an address. */
function userTokensIn(invocation: Invocation): ProjectChanges['userTokens'] {
  const [audience, jwksUrl] = [invocation.text('token-audience'), invocation.text('jwks-url')];
  const given = {
    audience: audience === 'none' ? null : audience,
    jwksUrl: jwksUrl === 'none' ? null : jwksUrl,
    requireTemplate: choiceIn(invocation, 'token-template', ['required', 'optional']),
    allowHs256: choiceIn(invocation, 'hs256', ['allowed', 'refused']),
  };
  const isGiven = ([, value]: [string, unknown]): boolean => value !== undefined;
  const parsed = projectPatchSchema.safeParse({
    userTokens: Object.fromEntries(Object.entries(given).filter(isGiven)),
  });
  if (parsed.success) return parsed.data.userTokens;
  const names: Readonly<Record<string, string>> = { audience: 'token-audience', jwksUrl: 'jwks-url' };
  throw new UsageError(
    parsed.error.issues.map(({ path, message }) => `--${names[String(path[1])]} ${message}.`).join('\n'),
  );
}

/** True for the first choice, false for the second one, undefined without the option. */
function choiceIn(
  { text }: Invocation,
  option: string,
  choices: readonly [string, string],
): boolean | undefined {
  const value = text(option);
  if (value === undefined) return undefined;
  if (!choices.includes(value)) throw new UsageError(`--${option} must be ${choices.join(' or ')}.`);
  return value === choices[0];
}

function reportProject(
  { print, isSet }: Invocation,
  project: Pick<Project, 'id' | 'name' | 'allowedOrigins' | 'isDevelopment' | 'userTokens'>,
): void {
  const { id, name, allowedOrigins, isDevelopment, userTokens } = project;
  if (isSet('json')) {
    print(JSON.stringify({ id, name, allowedOrigins, isDevelopment, userTokens }));
    return;
  }
  print(
    isDevelopment
      ? `${name} (${id}) is in development: unsigned users are accepted, and any page on this machine may show its widget.`
      : `${name} (${id}) is in production.`,
  );
  if (allowedOrigins.length > 0) print(`Sites that may show its widget: ${allowedOrigins.join(', ')}`);
  else
    print(
      `No ${isDevelopment ? 'other ' : ''}site may show its widget. Allow one: inlet project update --project ${id} --allow-origin https://app.example`,
    );
  print(`User tokens are accepted ${conditionsOf(userTokens).join(', ')}.`);
}

function conditionsOf({ audience, requireTemplate, jwksUrl, allowHs256 }: UserTokenSettings): string[] {
  return [
    [
      ...(allowHs256 ? ['with HS256'] : []),
      ...(jwksUrl === null ? [] : [`with the keys at ${jwksUrl}`]),
    ].join(' or '),
    ...(audience === null ? [] : [`for the audience "${audience}"`]),
    ...(requireTemplate ? ['for the template that they name'] : []),
  ];
}

/** Opens the database for one use case. Logs only warnings and errors. */
function required({ text }: Invocation, option: string, placeholder: string): string {
  const value = text(option)?.trim();
  if (value === undefined || value === '') throw new UsageError(`Pass --${option} ${placeholder}.`);
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
