import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type JobView,
  jobInputSchema,
  type ProjectSecrets,
  projectSecretsSchema,
  type RunView,
  templateInputSchema,
} from '@inlet/contracts';
import {
  changeJob,
  changeTemplate,
  createJob,
  createProject,
  createTemplate,
  listJobsOfUser,
  listRuns,
  listTemplates,
  type World,
} from '@inlet/workflow';
import type { z } from 'zod';
import { createDemoReceiver, type DemoReceiver, type ReceivedBatch } from './demo-receiver.js';

export const DEMO_USER = 'demo-user';
const TEMPLATE_CODE = 'stories';
const FILE = 'demo.json';

export interface DemoState {
  readonly jobs: readonly JobView[];
  /** Newest first, of all jobs. */
  readonly runs: readonly RunView[];
  readonly batches: readonly ReceivedBatch[];
}

export interface Demo {
  readonly secrets: ProjectSecrets;
  readonly templateId: string;
  readonly baseUrl: string;
  readonly receiver: DemoReceiver;
  /** Makes the job, or points it to where the server is now. To be called once the server listens. */
  begin(): Promise<void>;
  state(): Promise<DemoState>;
}

interface DemoOptions {
  readonly world: World;
  readonly dataDir: string;
  /** Where this server can be reached by itself: `http://127.0.0.1:4000`. */
  readonly baseUrl: string;
}

/** The demo's project and template: made at the first start, and pointed to where the server is now. */
export async function openDemo({ world, dataDir, baseUrl }: DemoOptions): Promise<Demo> {
  const secrets = await demoProject(world, dataDir);
  const { projectId } = secrets;
  const templateId = await demoTemplate(world, { projectId, baseUrl });
  const receiver = createDemoReceiver({ secret: secrets.webhookSecret, now: world.now });
  return {
    secrets,
    templateId,
    baseUrl,
    receiver,
    begin: () => demoJob(world, { projectId, templateId, baseUrl }),
    async state() {
      const jobs = await jobsOf(world, projectId);
      const runs = await Promise.all(jobs.map(({ id }) => runsOf(world, { projectId, jobId: id })));
      const newestFirst = runs.flat().sort((a, b) => (a.id < b.id ? 1 : -1));
      return { jobs, runs: newestFirst.slice(0, 20), batches: receiver.batches };
    },
  };
}

/** The keys stay beside the data, readable by their owner only, so that the page and the printed command go on working. */
async function demoProject(world: World, dataDir: string): Promise<ProjectSecrets> {
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const path = join(dataDir, FILE);
  const kept = await readFile(path, 'utf8').catch(() => null);
  if (kept) {
    const secrets = projectSecretsSchema.parse(JSON.parse(kept));
    if (await world.store.projects.get(secrets.projectId)) return secrets;
  }
  const secrets = await createProject(world, { name: 'Demo' });
  await writeFile(path, `${JSON.stringify(secrets, null, 2)}\n`, { mode: 0o600 });
  await chmod(path, 0o600);
  return secrets;
}

async function demoTemplate(
  world: World,
  { projectId, baseUrl }: { projectId: string; baseUrl: string },
): Promise<string> {
  const destination = { url: `${baseUrl}/demo/webhook`, rowsPerBatch: 100 };
  const { items } = await listTemplates(world, { projectId, page: { limit: 200 } });
  const known = items.find(({ code }) => code === TEMPLATE_CODE);
  if (!known) {
    const template = await createTemplate(world, {
      projectId,
      input: templateInputSchema.parse({ ...STORIES, destination }),
    });
    return template.id;
  }
  if (known.destination?.url !== destination.url) {
    const patch = { destination: templateInputSchema.parse({ ...STORIES, destination }).destination };
    await changeTemplate(world, { projectId, templateId: known.id, patch, isForced: false });
  }
  return known.id;
}

async function demoJob(
  world: World,
  { projectId, templateId, baseUrl }: { projectId: string; templateId: string; baseUrl: string },
): Promise<void> {
  const source = { kind: 'url' as const, url: `${baseUrl}/demo/feed.xml` };
  const jobs = await jobsOf(world, projectId);
  if (jobs.length === 0) {
    await createJob(world, {
      projectId,
      input: jobInputSchema.parse({
        ...GAZETTE,
        templateId,
        externalUserId: DEMO_USER,
        source,
        runNow: true,
      }),
    });
  }
  for (const { id, source: known } of jobs) {
    const isOurs = new URL(known.url).pathname === '/demo/feed.xml';
    if (isOurs && known.url !== source.url)
      await changeJob(world, { projectId, jobId: id, patch: { source } });
  }
}

const jobsOf = async (world: World, projectId: string) =>
  (await listJobsOfUser(world, { projectId, externalUserId: DEMO_USER, page: { limit: 50 } })).items;

const runsOf = async (world: World, { projectId, jobId }: { projectId: string; jobId: string }) =>
  (await listRuns(world, { projectId, jobId, page: { limit: 20 } })).items;

const STORIES: z.input<typeof templateInputSchema> = {
  code: TEMPLATE_CODE,
  name: 'Stories',
  columns: [
    { key: 'title', name: 'Title', required: true, length: { max: 200 } },
    { key: 'url', name: 'Link', type: 'url', required: true },
    { key: 'published', name: 'Published', type: 'date_time' },
    { key: 'author', name: 'Author', alternativeNames: ['creator'] },
    { key: 'topics', name: 'Topics', type: 'any' },
    { key: 'summary', name: 'Summary' },
    { key: 'image', name: 'Image', type: 'image_url' },
  ],
};

const GAZETTE = {
  label: 'The Inlet Gazette',
  recordPath: '/rss/channel/item',
  mapping: [
    { column: 'title', path: 'title' },
    { column: 'url', path: 'link' },
    { column: 'published', path: 'pubDate' },
    { column: 'author', path: 'dc:creator' },
    { column: 'topics', path: 'category', repeat: 'join' },
    {
      column: 'summary',
      path: 'description',
      transforms: [{ kind: 'strip_html' }, { kind: 'collapse_spaces' }],
    },
    { column: 'image', path: 'media:content/@url' },
  ],
  schedule: { kind: 'minutes', every: 1, timeZone: 'UTC' },
};
