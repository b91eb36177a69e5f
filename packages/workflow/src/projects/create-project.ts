import { type ProjectSecrets, type ProjectSettings, projectSettingsSchema } from '@inlet/contracts';
import type { Context } from '../ports/context.js';
import { newValue, storedKey, storedSecret } from './credentials.js';

export interface NewProject {
  readonly name: string;
  readonly settings?: Partial<ProjectSettings>;
}

/** Creates a project with all of its keys. They are returned once: only hashes and encrypted forms are stored. */
export async function createProject(
  context: Pick<Context, 'store' | 'now' | 'newId' | 'randomBytes'>,
  { name, settings }: NewProject,
): Promise<ProjectSecrets> {
  const project = {
    ...projectSettingsSchema.parse(settings ?? {}),
    id: context.newId('prj'),
    name,
    createdAt: context.now(),
  };
  const secretKey = newValue(context, 'secret_key');
  const publishableKey = newValue(context, 'publishable_key');
  const userTokenSecret = newValue(context, 'user_token_secret');
  const webhookSecret = newValue(context, 'webhook_secret');
  await context.store.projects.insert({
    project,
    secretKeys: [storedKey(secretKey)],
    publishableKeys: [storedKey(publishableKey)],
    userTokenSecrets: [storedSecret(userTokenSecret)],
    webhookSecrets: [storedSecret(webhookSecret)],
    revision: 1,
  });
  return { projectId: project.id, name, secretKey, publishableKey, userTokenSecret, webhookSecret };
}
