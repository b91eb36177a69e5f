import { z } from 'zod';
import { headerNameSchema, headerValueSchema, httpUrlSchema } from '../primitives.js';

export const basicAuthSchema = z.strictObject({
  username: z.string().max(256),
  password: z.string().max(1024),
});

const secret = headerValueSchema.min(1);
const apiKeyPlace = z.enum(['header', 'query']);
const scope = z.string().max(1024).optional();
const audience = z.string().max(2048).optional();

/** How a request proves that it may read the source. Password, token, key and client secret are stored encrypted. */
export const sourceAuthSchema = z.discriminatedUnion('kind', [
  /** Removes stored credentials; a source without `auth` keeps them. */
  z.strictObject({ kind: z.literal('none') }),
  z.strictObject({ kind: z.literal('basic'), ...basicAuthSchema.shape }),
  z.strictObject({ kind: z.literal('bearer'), token: secret }),
  z
    .strictObject({
      kind: z.literal('api_key'),
      in: apiKeyPlace.default('header'),
      /** Name of the header or of the query parameter. */
      name: z.string().min(1).max(128),
      value: secret,
    })
    .refine((auth) => auth.in === 'query' || headerNameSchema.safeParse(auth.name).success, {
      path: ['name'],
      message: 'must be the name of an HTTP header',
    }),
  /** RFC 6749, section 4.4. The token is fetched when it is needed, and again when it has expired. */
  z.strictObject({
    kind: z.literal('oauth2_client_credentials'),
    tokenUrl: httpUrlSchema,
    clientId: z.string().min(1).max(512),
    clientSecret: z.string().min(1).max(2048),
    scope,
    audience,
  }),
]);
export type SourceAuth = z.infer<typeof sourceAuthSchema>;

/** Authentication as the API returns it, without its secret. */
export const sourceAuthViewSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('basic'), username: z.string() }),
  z.strictObject({ kind: z.literal('bearer') }),
  z.strictObject({ kind: z.literal('api_key'), in: apiKeyPlace, name: z.string() }),
  z.strictObject({
    kind: z.literal('oauth2_client_credentials'),
    tokenUrl: z.string(),
    clientId: z.string(),
    scope,
    audience,
  }),
]);
export type SourceAuthView = z.infer<typeof sourceAuthViewSchema>;
