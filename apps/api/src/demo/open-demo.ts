import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInletClient, type InletClient } from '@inlet/client';
import {
  type Credential,
  describeSource,
  jobInputSchema,
  type ProjectSecrets,
  projectSecretsSchema,
  templateInputSchema,
} from '@inlet/contracts';
import {
  type Caller,
  type Context,
  changeJob,
  changeTemplate,
  createJob,
  createProject,
  createTemplate,
  isCurrentCredential,
  listJobs,
  listTemplates,
  resumeJob,
  rotateCredential,
  updateProject,
} from '@inlet/workflow';
import { ConfigError } from '../config.js';
import { FILE_TEMPLATE_CODE, GAZETTE_IMPORT, STORIES, STORY_FILES, TEMPLATE_CODE } from './demo-template.js';
import { createDeskReceiver, type DeskReceiver } from './desk/desk-receiver.js';
import { type DeskState, readDeskState } from './desk/desk-state.js';
import { signUserToken } from './desk/sign-user-token.js';
import { openStoryShelf } from './desk/story-shelf.js';
import { DEMO_FEEDS, FEED_PAGE_PATH, GAZETTE_PATH } from './feeds/demo-feeds.js';
import { SAMPLE_PATH } from './files/messy-stories.js';

export const DEMO_USER = 'demo-user';
const FILE = 'demo.json';

/** The data that the host's page may have. */
interface DemoConfig {
  readonly publishableKey: string;
  readonly templateCode: string;
  /** The template for uploaded files, and an untidy file to try it with. */
  readonly files: { readonly templateCode: string; readonly sampleUrl: string };
  readonly user: { readonly id: string; readonly name: string; readonly role: string };
  /** Addresses to paste into the wizard. */
  readonly feeds: readonly {
    readonly name: string;
    readonly format: string;
    readonly about: string;
    readonly url: string;
  }[];
}

export interface Demo {
  readonly secrets: ProjectSecrets;
  readonly baseUrl: string;
  readonly config: DemoConfig;
  readonly receiver: DeskReceiver;
  /** Uses the secret key, like a host's backend. */
  readonly inlet: InletClient;
  /** Creates the job, or updates its address. Call it once the server listens. */
  begin(): Promise<void>;
  state(): Promise<DeskState>;
  /** Signs a token for the demo's only user. */
  userToken(): string;
}

interface DemoOptions {
  readonly context: Context;
  readonly dataDir: string;
  /** The address of this server on this machine: `http://127.0.0.1:4000`. */
  readonly baseUrl: string;
  /** The address for browsers, if it is different. */
  readonly publicUrl: string | undefined;
}

/**
 * Opens the demo: creates its project and template at the first start, and updates their addresses.
 *
 * @throws ConfigError if another server with this data directory shows the demo at another address
 */
export async function openDemo({ context, dataDir, baseUrl, publicUrl }: DemoOptions): Promise<Demo> {
  const secrets = await demoProject(context, dataDir);
  const { projectId, publishableKey } = secrets;
  const addOrigins = publicUrl === undefined ? [] : [new URL(publicUrl).origin];
  const host = { projectId };
  await updateProject(context, host, { isDevelopment: true, addOrigins });
  const here = { baseUrl, secretKey: secrets.secretKey };
  const templateId = await demoTemplate(context, host, { ...here, template: STORIES });
  await demoTemplate(context, host, { ...here, template: STORY_FILES });
  const shelf = await openStoryShelf({ dataDir });
  const receiver = createDeskReceiver({ secret: secrets.webhookSecret, shelf, now: context.now });
  const inlet = createInletClient({ baseUrl, secretKey: secrets.secretKey });
  return {
    secrets,
    baseUrl,
    config: {
      publishableKey,
      templateCode: TEMPLATE_CODE,
      files: { templateCode: FILE_TEMPLATE_CODE, sampleUrl: SAMPLE_PATH },
      user: { id: DEMO_USER, name: 'Ada Brook', role: 'News editor' },
      feeds: addressesToTry(baseUrl),
    },
    receiver,
    inlet,
    begin: () => demoJob(context, host, { templateId, baseUrl }),
    state: () => readDeskState({ inlet, userId: DEMO_USER, shelf, receiver }),
    userToken: () =>
      signUserToken({
        secret: secrets.userTokenSecret,
        userId: DEMO_USER,
        extra: { desk: 'news' },
        now: context.now(),
      }),
  };
}

function addressesToTry(baseUrl: string): DemoConfig['feeds'] {
  const feeds = DEMO_FEEDS.map(({ publication: { name, about }, format, file }) => ({
    name,
    format,
    about,
    url: `${baseUrl}/demo/feeds/${file}`,
  }));
  const page = {
    name: 'Harbour papers',
    format: 'Web page',
    about: 'An ordinary page that offers all of these',
    url: baseUrl + FEED_PAGE_PATH,
  };
  return [...feeds, page];
}

/**
 * Stores the keys beside the data, readable only by their owner, so that the page and the printed command keep
 * working.
 */
async function demoProject(context: Context, dataDir: string): Promise<ProjectSecrets> {
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const path = join(dataDir, FILE);
  const kept = await readFile(path, 'utf8').catch(() => null);
  const known = kept === null ? null : projectSecretsSchema.parse(JSON.parse(kept));
  const secrets =
    (known && (await replaceRotated(context, known))) ?? (await createProject(context, { name: 'Demo' }));
  if (secrets !== known) {
    await writeFile(path, `${JSON.stringify(secrets, null, 2)}\n`, { mode: 0o600 });
    await chmod(path, 0o600);
  }
  return secrets;
}

const ROTATION_GRACE_MINUTES = 1440;

/**
 * Rotates each key and secret that somebody has rotated since, because the demo cannot know the new value. Returns
 * null if the project is gone, and the same object if nothing was rotated.
 */
async function replaceRotated(context: Context, secrets: ProjectSecrets): Promise<ProjectSecrets | null> {
  const { projectId } = secrets;
  if ((await context.store.projects.get(projectId)) === null) return null;
  let result = secrets;
  for (const [what, name] of CREDENTIALS) {
    if (await isCurrentCredential(context, { projectId }, { what, value: secrets[name] })) continue;
    const request = { what, graceMinutes: ROTATION_GRACE_MINUTES };
    const { value } = await rotateCredential(context, { projectId }, request);
    result = { ...result, [name]: value };
  }
  return result;
}

const CREDENTIALS = [
  ['secret_key', 'secretKey'],
  ['publishable_key', 'publishableKey'],
  ['user_token_secret', 'userTokenSecret'],
  ['webhook_secret', 'webhookSecret'],
] as const satisfies readonly (readonly [Credential, keyof ProjectSecrets])[];

/** This server, and the key with which another one would answer. */
type Here = Pick<Demo, 'baseUrl'> & Pick<ProjectSecrets, 'secretKey'>;

interface DemoTemplate extends Here {
  readonly template: typeof STORIES;
}

async function demoTemplate(
  context: Context,
  host: Caller,
  { template, ...here }: DemoTemplate,
): Promise<string> {
  const { baseUrl } = here;
  const input = templateInputSchema.parse({
    ...template,
    destination: { url: `${baseUrl}/demo/webhook`, rowsPerBatch: 100 },
  });
  const { items } = await listTemplates(context, host, { page: { limit: 200 } });
  const known = items.find(({ code }) => code === template.code);
  if (!known) return (await createTemplate(context, host, input)).id;
  const urlOf = (destination: typeof known.destination | typeof input.destination) =>
    destination?.kind === 'webhook' ? destination.url : undefined;
  await requireNoOtherServer(urlOf(known.destination), here);
  const { columns, destination } = input;
  const isSame =
    urlOf(known.destination) === urlOf(destination) &&
    JSON.stringify(known.columns) === JSON.stringify(columns);
  const patch = { columns, destination };
  if (!isSame) await changeTemplate(context, host, { templateId: known.id, patch, isForced: true });
  return known.id;
}

/** Long enough for a server that is busy; one that is gone refuses the connection at once. */
const PROBE = { timeoutMs: 10_000, maxRetries: 0 };

/** The demo's addresses belong to one server: a second one would take them away from the first. */
async function requireNoOtherServer(webhook: string | undefined, here: Here): Promise<void> {
  const other = webhook === undefined ? here.baseUrl : new URL(webhook).origin;
  if (other === here.baseUrl) return;
  const { project } = createInletClient({ baseUrl: other, secretKey: here.secretKey, ...PROBE });
  const isRunning = await project.get().then(
    () => true,
    () => false,
  );
  if (isRunning)
    throw new ConfigError(
      `The demo of this data directory runs at ${other} already. Stop that server, or start this one with INLET_DEMO=0 or another INLET_DATA_DIR.`,
    );
}

async function demoJob(
  context: Context,
  host: Caller,
  { templateId, baseUrl }: { templateId: string; baseUrl: string },
): Promise<void> {
  const query = { externalUserId: DEMO_USER, kind: 'feed', limit: 50 } as const;
  const { items: jobs } = await listJobs(context, host, query);
  if (jobs.length === 0) {
    const source = { kind: 'url' as const, url: baseUrl + GAZETTE_PATH };
    const whose = { templateId, externalUserId: DEMO_USER, extra: { desk: 'news' } };
    const input = jobInputSchema.parse({ ...GAZETTE_IMPORT, ...whose, source, runNow: true });
    await createJob(context, host, input);
  }
  for (const { id, source, pausedBecause } of jobs) {
    if (source === null) continue;
    const { address } = describeSource(source);
    const url = currentAddress(address, baseUrl);
    if (url !== address)
      await changeJob(context, host, { jobId: id, patch: { source: { kind: 'url', url } } });
    // Its feeds were away while the server ran without the demo.
    if (pausedBecause && isDemoFeed(address)) await resumeJob(context, host, { jobId: id });
  }
}

/** The addresses of the demo's own feeds follow the server when it starts on another port. */
const currentAddress = (url: string, baseUrl: string): string =>
  isDemoFeed(url) ? baseUrl + new URL(url).pathname : url;

function isDemoFeed(url: string): boolean {
  const { pathname, hostname } = new URL(url);
  return hostname === '127.0.0.1' && pathname.startsWith('/demo/feeds/');
}
