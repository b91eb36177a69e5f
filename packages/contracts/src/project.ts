import { z } from 'zod';
import { idSchema } from './primitives.js';

/** Returned once, when a project is created. Only hashes and encrypted forms are stored. */
export const projectSecretsSchema = z.strictObject({
  projectId: idSchema('prj'),
  name: z.string(),
  /** Credential of the host's backend, sent as header `accesskey`. */
  secretKey: z.string(),
  /** Credential for browsers, which can only open the widget. */
  publishableKey: z.string(),
  /** Key with which the host signs user tokens (HS256). */
  userTokenSecret: z.string(),
  /** Secret with which Inlet signs deliveries (Standard Webhooks), `whsec_...`. */
  webhookSecret: z.string(),
});
export type ProjectSecrets = z.infer<typeof projectSecretsSchema>;

/** Scheme, host and port, as browsers write an origin. Host names are in lower case and in ASCII (`xn--`). */
export const originSchema = z
  .string()
  .max(300)
  .regex(/^https?:\/\/[a-z0-9.-]+(:\d{1,5})?$/, 'must be an origin such as https://app.example')
  .refine((text) => URL.canParse(text) && new URL(text).origin === text, {
    message: 'must be an origin such as https://app.example, without a default port',
  });

/** Settings of a project, made by the operator. */
export const projectSettingsSchema = z.strictObject({
  /** Origins whose pages may show the widget: `https://app.example`. Development mode also allows any origin on this machine. */
  allowedOrigins: z.array(originSchema).max(100).default([]),
  /** Development mode accepts users without a signed token, with a warning. */
  isDevelopment: z.boolean().default(false),
});
export type ProjectSettings = z.infer<typeof projectSettingsSchema>;

export interface Project extends ProjectSettings {
  readonly id: string;
  readonly name: string;
  readonly createdAt: Date;
}
