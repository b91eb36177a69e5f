import { z } from 'zod';
import { idSchema } from './primitives.js';

/** Shown once, when a project is made or a key is rotated; only hashes and encrypted forms are kept. */
export const projectSecretsSchema = z.strictObject({
  projectId: idSchema('prj'),
  name: z.string(),
  /** Server credential: header `accesskey`. */
  secretKey: z.string(),
  /** Browser credential: can only open the widget. */
  publishableKey: z.string(),
  /** HS256 key with which the host signs user tokens. */
  userTokenSecret: z.string(),
  /** Standard Webhooks secret, `whsec_...`. */
  webhookSecret: z.string(),
});
export type ProjectSecrets = z.infer<typeof projectSecretsSchema>;

/** Scheme, host and port and no more, as browsers write it. Host names are in lower case and in ASCII (`xn--`). */
export const originSchema = z
  .string()
  .max(300)
  .regex(/^https?:\/\/[a-z0-9.-]+(:\d{1,5})?$/, 'must be an origin such as https://app.example')
  .refine((text) => URL.canParse(text) && new URL(text).origin === text, {
    message: 'must be an origin such as https://app.example, without a default port',
  });

/** What the operator decides about a project. */
export const projectSettingsSchema = z.strictObject({
  /** Origins whose pages may show the widget: `https://app.example`. Development mode allows any on this machine too. */
  allowedOrigins: z.array(originSchema).max(100).default([]),
  /** In development mode unsigned users are let in, with a warning. */
  isDevelopment: z.boolean().default(false),
});
export type ProjectSettings = z.infer<typeof projectSettingsSchema>;

export interface Project extends ProjectSettings {
  readonly id: string;
  readonly name: string;
  readonly createdAt: Date;
}
