import { z } from 'zod';
import { columnSchema } from './column.js';
import { errorSummarySchema } from './error-summary.js';
import { feedJobViewSchema, jobInputSchema, jobPatchSchema, uploadJobViewSchema } from './job.js';
import { externalUserIdSchema, idSchema, instantSchema, jsonValueSchema } from './primitives.js';
import { runCountsSchema, runOutcomeSchema, runViewSchema } from './run.js';
import { sourceKindSchema } from './sources/index.js';
import { limitsSchema } from './template.js';
import { pageBatchSchema } from './upload.js';

/** Smaller than the limit of a job, because the widget sends it in a header of every request. */
const sessionExtraSchema = jsonValueSchema.refine((value) => JSON.stringify(value).length <= 4096, {
  message: 'must be 4 KB of JSON at most',
});

/** Request of the iframe for a widget session, with the options of the host's page. */
export const sessionRequestSchema = z.strictObject({
  publishableKey: z.string().min(1).max(200),
  /** Id or code of a template. */
  template: z.string().min(1).max(100),
  /** Origin of the page that contains the iframe. */
  origin: z.url().max(300),
  /** JSON Web Token signed by the host's backend with HS256. `sub` is the externalUserId; `exp` is required. */
  userToken: z.string().max(8192).optional(),
  /** Only used by projects in development mode. */
  externalUserId: externalUserIdSchema.optional(),
  /** `extra` of a user token replaces it. In development mode, `extra.externalUserId` counts as `externalUserId`. */
  extra: sessionExtraSchema.optional(),
});
export type SessionRequest = z.infer<typeof sessionRequestSchema>;

/** Claims of a user token. `schema` replaces the columns of the template in this session. */
export const userTokenClaimsSchema = z.object({
  sub: externalUserIdSchema,
  exp: z.number(),
  iat: z.number().optional(),
  nbf: z.number().optional(),
  /** Checked only if the project has an audience. */
  aud: z.unknown().optional(),
  /** Id or code of the only template that the token opens. */
  template: z.string().optional(),
  schema: z.array(columnSchema).min(1).max(500).optional(),
  extra: sessionExtraSchema.optional(),
});
export type UserTokenClaims = z.infer<typeof userTokenClaimsSchema>;

/** A template as the widget sees it, without its destination. */
export const widgetTemplateSchema = z.strictObject({
  id: idSchema('tpl'),
  code: z.string(),
  name: z.string(),
  mode: z.enum(['manual', 'automatic']),
  columns: z.array(columnSchema),
  identity: z.array(z.string()),
  allowedSources: z.array(sourceKindSchema),
  minIntervalMinutes: z.int(),
  usersDecideHeldRuns: z.boolean(),
  allowPartial: z.boolean(),
  /** Rows of uploads go to the page that shows the widget. */
  deliversToPage: z.boolean(),
  allowCustomColumns: z.boolean(),
  limits: limitsSchema,
});
export type WidgetTemplate = z.infer<typeof widgetTemplateSchema>;

/** Request of the page of a review link, with the token of its address. */
export const reviewSessionRequestSchema = z.strictObject({ token: z.string().min(1).max(100) });
export type ReviewSessionRequest = z.infer<typeof reviewSessionRequestSchema>;

export const sessionResponseSchema = z.strictObject({
  /** Token for the widget's routes, sent as `Authorization: Bearer`. Valid for one project, template and user. */
  sessionToken: z.string(),
  expiresAt: instantSchema,
  template: widgetTemplateSchema,
  /** null for an anonymous user, who can neither list nor create jobs. */
  externalUserId: z.string().nullable(),
  /** Whether a signed user token identifies the user. */
  isSigned: z.boolean(),
  /** Shown to the developer in development mode. */
  warnings: z.array(errorSummarySchema),
  /** Only of the page of a review link: the one upload that it shows. */
  reviewUploadId: idSchema('upl').optional(),
});
export type SessionResponse = z.infer<typeof sessionResponseSchema>;

/** A new job of the widget. User, template and `extra` come from the session. */
export const widgetJobInputSchema = jobInputSchema.omit({
  templateId: true,
  externalUserId: true,
  extra: true,
});
export type WidgetJobInput = z.infer<typeof widgetJobInputSchema>;

export const widgetJobPatchSchema = jobPatchSchema.omit({ extra: true });
export type WidgetJobPatch = z.infer<typeof widgetJobPatchSchema>;

/** A job as the widget sees it, without `extra`, which is only for the host and its backend. */
export const widgetFeedJobViewSchema = feedJobViewSchema.omit({ extra: true });
export type WidgetFeedJobView = z.infer<typeof widgetFeedJobViewSchema>;

export const widgetJobViewSchema = z.discriminatedUnion('kind', [
  widgetFeedJobViewSchema,
  uploadJobViewSchema.omit({ extra: true }),
]);
export type WidgetJobView = z.infer<typeof widgetJobViewSchema>;

/** A created job, and its first run if `runNow` is set. */
export const widgetCreatedJobSchema = z.strictObject({
  job: widgetFeedJobViewSchema,
  run: runViewSchema.nullable(),
});
export type WidgetCreatedJob = z.infer<typeof widgetCreatedJobSchema>;

export const WIDGET_LOCALES = ['en', 'de', 'fr', 'es', 'pt', 'ja', 'ar'] as const;
export type WidgetLocale = (typeof WIDGET_LOCALES)[number];

const colorSchema = z.string().regex(/^#[0-9a-f]{6}$/i, 'must be a colour such as #1864ab');

const FONT_NAME = /^(?:"[\p{L}\p{N} ._-]+"|'[\p{L}\p{N} ._-]+'|[\p{L}_-][\p{L}\p{N} _-]*)$/u;

/** Names of fonts, separated by commas. Nothing else of CSS: no functions, escapes or further declarations. */
const fontListSchema = z
  .string()
  .max(200)
  .refine((list) => list.split(',').every((name) => FONT_NAME.test(name.trim())), {
    error: "must be a list of font names such as 'Source Sans 3', Georgia, serif",
  });

export const appearanceSchema = z.strictObject({
  colorScheme: z.enum(['light', 'dark', 'auto']).optional(),
  primaryColor: colorSchema.optional(),
  radius: z.int().min(0).max(24).optional(),
  fontFamily: fontListSchema.optional(),
  logoUrl: z
    .url({ protocol: /^(?:https?|data)$/ })
    .max(2048)
    .optional(),
});
export type Appearance = z.infer<typeof appearanceSchema>;

/** Options that the host's page sends to the iframe after both have checked each other's origin. */
export const widgetOptionsSchema = z.strictObject({
  publishableKey: z.string(),
  templateId: z.string(),
  externalUserId: z.string().optional(),
  userToken: z.string().optional(),
  extra: jsonValueSchema.optional(),
  /** In the form of `widgetDataSchema`. It is checked later, because invalid data must not keep the widget from opening. */
  data: jsonValueSchema.optional(),
  appearance: appearanceSchema.optional(),
  /** Texts that replace the widget's own, by key. */
  texts: z.record(z.string(), z.string().max(2000)).optional(),
  locale: z.string().max(35).optional(),
  title: z.string().max(200).optional(),
  /** The first screen: a new import, or the list of the user's imports. */
  view: z.enum(['new', 'imports']).optional(),
  isInline: z.boolean().optional(),
});
export type WidgetOptions = z.infer<typeof widgetOptionsSchema>;

export const WIDGET_PROTOCOL = 1;

/** From the host's page to the iframe. */
export const hostMessageSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('init'), options: widgetOptionsSchema }),
  /** The answer to `needToken`; null if the host has no token. */
  z.strictObject({ type: z.literal('token'), userToken: z.string().nullable() }),
  /** The page wants to close the widget, which answers with `close`, if necessary after asking the user. */
  z.strictObject({ type: z.literal('requestClose') }),
  z.strictObject({ type: z.literal('focus') }),
  /** The answer to `rows`; with `error`, the page did not take the batch. */
  z.strictObject({
    type: z.literal('rowsTaken'),
    deliveryId: z.string(),
    results: jsonValueSchema.optional(),
    error: z.string().max(1000).optional(),
  }),
]);
export type HostMessage = z.infer<typeof hostMessageSchema>;

/** From the iframe to the host's page. */
export const widgetMessageSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('hello') }),
  z.strictObject({ type: z.literal('ready') }),
  /** Repeated every few seconds. If it stops, the page shows its own close button again. */
  z.strictObject({ type: z.literal('alive') }),
  z.strictObject({ type: z.literal('needToken') }),
  z.strictObject({ type: z.literal('close') }),
  /** The answer to `requestClose` if the widget asks the user first. Without an answer, the page closes the widget. */
  z.strictObject({ type: z.literal('askBeforeClose') }),
  z.strictObject({ type: z.literal('jobCreated'), jobId: z.string() }),
  z.strictObject({ type: z.literal('jobUpdated'), jobId: z.string(), status: z.string() }),
  z.strictObject({
    type: z.literal('uploadStarted'),
    uploadId: z.string(),
    files: z.array(z.strictObject({ name: z.string(), sizeBytes: z.int() })),
  }),
  /** All bytes have been received. */
  z.strictObject({ type: z.literal('uploadCompleted'), uploadId: z.string(), sizeBytes: z.int() }),
  /** The user has started the delivery of so many rows. */
  z.strictObject({
    type: z.literal('rowsSubmitted'),
    uploadId: z.string(),
    runId: z.string(),
    rows: z.int(),
  }),
  /** The receiver has answered all deliveries of an upload, or they failed. */
  z.strictObject({
    type: z.literal('importCompleted'),
    uploadId: z.string(),
    runId: z.string(),
    outcome: runOutcomeSchema,
    counts: runCountsSchema,
  }),
  /** A batch of rows for the page, which answers with `rowsTaken`. */
  pageBatchSchema.extend({ type: z.literal('rows'), uploadId: z.string() }),
  z.strictObject({ type: z.literal('error'), code: z.string(), message: z.string() }),
]);
export type WidgetMessage = z.infer<typeof widgetMessageSchema>;

/** Wraps every message, in both directions. The page makes one nonce for each iframe and passes it in its address. */
export interface Envelope<Message> {
  readonly inlet: typeof WIDGET_PROTOCOL;
  readonly nonce: string;
  readonly message: Message;
}
