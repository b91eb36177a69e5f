import { z } from 'zod';
import { idSchema, instantSchema } from './primitives.js';
import { parseUrl } from './web-address.js';

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
  .refine((text) => parseUrl(text)?.origin === text, {
    message: 'must be an origin such as https://app.example, without a default port',
  });

/** Address of a JSON Web Key Set. Plain HTTP would let others exchange the keys; only this machine may use it. */
export const jwksUrlSchema = z
  .string()
  .max(2048)
  .refine(isSafeKeyAddress, 'must be an address that begins with https://, without a user name');

function isSafeKeyAddress(text: string): boolean {
  const url = parseUrl(text);
  if (url === null) return false;
  const { protocol, hostname, username, password } = url;
  const isLocal = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname);
  return (protocol === 'https:' || (protocol === 'http:' && isLocal)) && username + password === '';
}

/** A JSON Web Key Set (RFC 7517), of which only the public keys for signatures are used. */
export const jwkSetSchema = z.object({ keys: z.array(z.looseObject({ kty: z.string() })).max(100) });

const userTokenFields = {
  audience: z
    .string()
    .trim()
    .min(1)
    .max(300)
    .nullable()
    .describe('Tokens must contain it in `aud`; with null, `aud` is ignored.'),
  requireTemplate: z.boolean().describe('Tokens must name their template in `template`.'),
  jwksUrl: jwksUrlSchema.nullable().describe('JSON Web Key Set whose keys may sign tokens; null for none.'),
  allowHs256: z.boolean().describe('Whether the user-token secret may sign tokens.'),
};

/** Which user tokens a project accepts. */
export const userTokenSettingsSchema = z
  .strictObject(userTokenFields)
  .refine(({ jwksUrl, allowHs256 }) => allowHs256 || jwksUrl !== null, {
    path: ['allowHs256'],
    message: 'must be true without a `jwksUrl`, or no token would be accepted',
  });
export type UserTokenSettings = z.infer<typeof userTokenSettingsSchema>;

export const DEFAULT_USER_TOKENS: UserTokenSettings = {
  audience: null,
  requireTemplate: false,
  jwksUrl: null,
  allowHs256: true,
};

const retentionFields = {
  days: z
    .int()
    .min(1)
    .max(365)
    .describe('Days after which an upload is removed, with its files and rows, if nobody touches it.'),
  deleteWhenDelivered: z
    .boolean()
    .describe('Whether the files and rows of an upload are removed as soon as all rows are accepted.'),
};

/** How long uploads are kept. */
export const retentionSchema = z.strictObject(retentionFields);
export type Retention = z.infer<typeof retentionSchema>;

export const DEFAULT_RETENTION: Retention = { days: 30, deleteWhenDelivered: false };

/** A change of the settings of a project by its host. Members that are left out stay as they are. */
export const projectPatchSchema = z.strictObject({
  shareMappings: z
    .boolean()
    .optional()
    .describe(
      'Whether the mapping of a file is remembered for all users of the project, or for its user only.',
    ),
  userTokens: z.strictObject(userTokenFields).partial().optional(),
  retention: z.strictObject(retentionFields).partial().optional(),
});
export type ProjectPatch = z.infer<typeof projectPatchSchema>;

/** Settings of a project, made by the operator. */
export const projectSettingsSchema = z.strictObject({
  /** Origins whose pages may show the widget: `https://app.example`. Development mode also allows any origin on this machine. */
  allowedOrigins: z.array(originSchema).max(100).default([]),
  /** Development mode accepts users without a signed token, with a warning. */
  isDevelopment: z.boolean().default(false),
  userTokens: userTokenSettingsSchema.default(DEFAULT_USER_TOKENS),
  /** Whether mappings of files are remembered for all users, or only for the user who chose them. */
  shareMappings: z.boolean().default(false),
  retention: retentionSchema.default(DEFAULT_RETENTION),
});
export type ProjectSettings = z.infer<typeof projectSettingsSchema>;

export interface Project extends ProjectSettings {
  readonly id: string;
  readonly name: string;
  readonly createdAt: Date;
}

/** The keys and secrets of a project that can be rotated. */
export const CREDENTIALS = ['secret_key', 'publishable_key', 'user_token_secret', 'webhook_secret'] as const;
export const credentialSchema = z.enum(CREDENTIALS);
export type Credential = z.infer<typeof credentialSchema>;

export const rotationRequestSchema = z.strictObject({
  what: credentialSchema,
  graceMinutes: z
    .int()
    .min(0)
    .max(43_200)
    .default(1440)
    .describe('How long the old value stays valid beside the new one; 0 ends it at once.'),
});
export type RotationRequest = z.infer<typeof rotationRequestSchema>;

export const rotationSchema = z.strictObject({
  what: credentialSchema,
  value: z.string().describe('The new key or secret. It is not shown again.'),
  graceEndsAt: instantSchema
    .nullable()
    .describe('Until then the old value is valid too; null if it ended at once.'),
});
export type Rotation = z.infer<typeof rotationSchema>;

const credentialViewSchema = z.strictObject({
  prefix: z
    .string()
    .nullable()
    .describe(
      'The first characters, to tell values apart; null for keys that were made before prefixes were kept.',
    ),
  validUntil: instantSchema.nullable().describe('End of its grace period; null for the current one.'),
});
export type CredentialView = z.infer<typeof credentialViewSchema>;

const credentialViewsSchema = z
  .array(credentialViewSchema)
  .describe('The current one, then older ones in grace.');

export const projectViewSchema = z.strictObject({
  id: idSchema('prj'),
  name: z.string(),
  allowedOrigins: z.array(z.string()),
  isDevelopment: z.boolean(),
  userTokens: userTokenSettingsSchema,
  shareMappings: z.boolean(),
  retention: retentionSchema,
  createdAt: instantSchema,
  credentials: z.strictObject({
    secret_key: credentialViewsSchema,
    publishable_key: credentialViewsSchema,
    user_token_secret: credentialViewsSchema,
    webhook_secret: credentialViewsSchema,
  }),
});
export type ProjectView = z.infer<typeof projectViewSchema>;
