import { createHash } from 'node:crypto';
import { type ProjectSecrets, type ProjectSettings, projectSettingsSchema } from '@inlet/contracts';
import { newWebhookSecret } from '@inlet/delivery';
import type { Context } from '../ports/context.js';

/** Keys say what they are, so that a secret one is noticed where it does not belong. */
const KEY_PREFIX = { secret: 'inlet_sk_', publishable: 'inlet_pk_' } as const;
const KEY_BYTES = 32;

export const hashKey = (key: string): string => createHash('sha256').update(key).digest('hex');

export const newKey = (context: Pick<Context, 'randomBytes'>, kind: keyof typeof KEY_PREFIX): string =>
  KEY_PREFIX[kind] + context.randomBytes(KEY_BYTES).toString('base64url');

/** Makes a project with all of its keys. They are returned once: only hashes and encrypted forms are kept. */
export async function createProject(
  context: Context,
  { name, settings }: { name: string; settings?: Partial<ProjectSettings> },
): Promise<ProjectSecrets> {
  const project = {
    ...projectSettingsSchema.parse(settings ?? {}),
    id: context.newId('prj'),
    name,
    createdAt: context.now(),
  };
  const secretKey = newKey(context, 'secret');
  const publishableKey = newKey(context, 'publishable');
  const userTokenSecret = context.randomBytes(KEY_BYTES).toString('base64url');
  const webhookSecret = newWebhookSecret(context.randomBytes);
  await context.store.projects.insert({
    project,
    secretKeyHash: hashKey(secretKey),
    publishableKeyHash: hashKey(publishableKey),
    userTokenSecret,
    webhookSecrets: [webhookSecret],
  });
  return { projectId: project.id, name, secretKey, publishableKey, userTokenSecret, webhookSecret };
}
