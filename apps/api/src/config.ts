import { tmpdir } from 'node:os';
import { z } from 'zod';

/** A wrong or missing setting. The message has one sentence for each setting and can be printed unchanged. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

const SECRET_SETTINGS: ReadonlySet<string> = new Set([
  'MONGODB_URI',
  'INLET_ENCRYPTION_KEY',
  'INLET_PREVIOUS_ENCRYPTION_KEYS',
  'INLET_METRICS_TOKEN',
]);

/** In all of these, the message completes the sentence "NAME is VALUE, but must be ...". */
const text = (expected: string, pattern = /./) => z.string(expected).regex(pattern, expected);

function wholeNumber(min: number, max: number) {
  const expected = `a whole number from ${min} to ${max}`;
  return text(expected, /^\d{1,15}$/)
    .transform(Number)
    .refine((value) => value >= min && value <= max, expected);
}

function oneOf<const Names extends readonly [string, ...string[]]>(...names: Names) {
  return z.enum(names, `one of ${names.join(', ')}`);
}

function list(expected: string, isEntry: (entry: string) => boolean = () => true) {
  return z
    .string(expected)
    .transform((value) => value.split(',').map((entry) => entry.trim()))
    .refine((entries) => entries.every((entry) => entry !== '' && isEntry(entry)), expected)
    .default([]);
}

const isWebAddress = (value: string): boolean =>
  URL.canParse(value) && /^https?:$/.test(new URL(value).protocol);
const isOrigin = (value: string): boolean => isWebAddress(value) && new URL(value).origin === value;

const ENCRYPTION_KEY = '32 bytes in base64 or hex, such as the output of `openssl rand -base64 32`';

/** Reads 32 bytes from base64 (plain or URL-safe, padded or not) or hex; null if the text is neither. */
export function decodeEncryptionKey(value: string): Buffer | null {
  if (/^[0-9a-fA-F]{64}$/.test(value)) return Buffer.from(value, 'hex');
  if (!/^[A-Za-z0-9+/_-]{43}=?$/.test(value)) return null;
  return Buffer.from(value, 'base64');
}

const encryptionKey = text(ENCRYPTION_KEY).transform((value, context) => {
  const key = decodeEncryptionKey(value);
  if (key) return key;
  context.addIssue({ code: 'custom', message: ENCRYPTION_KEY });
  return z.NEVER;
});

const ENCRYPTION_KEYS = 'a comma-separated list of keys, each 32 bytes in base64 or hex';

const encryptionKeys = list(ENCRYPTION_KEYS, (entry) => decodeEncryptionKey(entry) !== null).transform(
  (entries) => entries.flatMap((entry) => decodeEncryptionKey(entry) ?? []),
);

/** Every environment variable that Inlet reads. `docs/configuration.md` lists the same names and defaults. */
export const environmentSchema = z.object({
  HOST: text('an address or a host name to listen on', /^\S+$/).default('127.0.0.1'),
  PORT: wholeNumber(0, 65_535).default(4000),
  INLET_ROLE: oneOf('all', 'api', 'worker').default('all'),
  INLET_PUBLIC_URL: z
    .string()
    .refine(isWebAddress, 'an address that begins with http:// or https://')
    .optional(),
  INLET_TRUSTED_PROXIES: list('a comma-separated list of addresses or networks of your proxies'),
  LOG_LEVEL: oneOf('trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent').default('info'),

  MONGODB_URI: text(
    'an address that begins with mongodb:// or mongodb+srv://',
    /^mongodb(\+srv)?:\/\/.+/,
  ).optional(),
  INLET_DATA_DIR: text('the path of a directory').default('.inlet'),
  INLET_ENCRYPTION_KEY: encryptionKey.optional(),
  INLET_PREVIOUS_ENCRYPTION_KEYS: encryptionKeys,
  INLET_DISK_RESERVE_MB: wholeNumber(1, 1_048_576).default(64),

  INLET_WORKER_CONCURRENCY: wholeNumber(1, 200).default(4),
  INLET_CONCURRENCY_PER_SITE: wholeNumber(1, 200).default(2),
  INLET_READER_THREADS: wholeNumber(0, 16).default(2),
  INLET_LOCK_SECONDS: wholeNumber(5, 3600).default(60),
  INLET_POLL_MILLISECONDS: wholeNumber(50, 60_000).default(1000),
  INLET_SHUTDOWN_SECONDS: wholeNumber(1, 600).default(25),

  INLET_ALLOWED_PRIVATE_NETWORKS: list('a comma-separated list such as 10.0.0.0/8,127.0.0.1:8080'),
  INLET_FETCH_DEADLINE_SECONDS: wholeNumber(5, 21_600).default(900),
  INLET_SPOOL_DIR: text('the path of a directory').optional(),
  INLET_OUTLINE_DEADLINE_SECONDS: wholeNumber(1, 120).default(20),
  INLET_OUTLINE_MAX_BYTES: wholeNumber(16_384, 67_108_864).default(1_048_576),
  INLET_DELIVERY_TIMEOUT_SECONDS: wholeNumber(1, 300).default(30),
  INLET_DELIVERIES_IN_FLIGHT: wholeNumber(1, 32).default(4),
  INLET_KEEP_DELIVERED_DAYS: wholeNumber(0, 365).default(7),
  INLET_KEEP_FAILED_DAYS: wholeNumber(1, 365).default(30),
  INLET_KEEP_RUNS_DAYS: wholeNumber(1, 3650).default(90),
  INLET_UNFINISHED_UPLOADS_PER_USER: wholeNumber(1, 10_000).default(10),
  INLET_UPLOADS_PER_HOUR: wholeNumber(1, 100_000).default(60),
  INLET_UPLOADS_GB_PER_PROJECT: wholeNumber(1, 1_000_000).default(50),

  INLET_CORS_ORIGINS: list('a comma-separated list of origins such as https://app.example.com', isOrigin),
  INLET_RATE_LIMIT_PER_MINUTE: wholeNumber(0, 10_000_000).default(1200),
  INLET_WIDGET_RATE_LIMIT_PER_MINUTE: wholeNumber(0, 10_000_000).default(300),
  INLET_EVENT_STREAMS_PER_PROJECT: wholeNumber(1, 10_000).default(20),
  INLET_MAX_CONNECTIONS: wholeNumber(16, 1_000_000).optional(),
  INLET_CONNECTIONS_PER_ADDRESS: wholeNumber(8, 1_000_000).default(200),
  INLET_REQUEST_TIMEOUT_SECONDS: wholeNumber(1, 300).default(30),
  INLET_METRICS_TOKEN: text('at least 16 characters without spaces', /^\S{16,}$/).optional(),
  INLET_DEMO: oneOf('0', '1').default('0'),
});

type Environment = z.infer<typeof environmentSchema>;

/** Parsed settings, in the units that their names say. */
export type Config = ReturnType<typeof toConfig>;

/**
 * Reads the settings from the environment. Empty variables count as not set.
 *
 * @throws ConfigError with one sentence for each setting that is wrong.
 */
export function readConfig(environment: Readonly<Record<string, string | undefined>> = process.env) {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const parsed = environmentSchema.safeParse(given);
  if (!parsed.success)
    throw new ConfigError(parsed.error.issues.map((issue) => sentence(issue, given)).join('\n'));
  if (parsed.data.MONGODB_URI !== undefined && parsed.data.INLET_ENCRYPTION_KEY === undefined)
    throw new ConfigError(
      `INLET_ENCRYPTION_KEY is not set, but with MONGODB_URI it must be ${ENCRYPTION_KEY}.`,
    );
  if (parsed.data.INLET_PREVIOUS_ENCRYPTION_KEYS.length > 0 && parsed.data.INLET_ENCRYPTION_KEY === undefined)
    throw new ConfigError(
      'INLET_PREVIOUS_ENCRYPTION_KEYS is set, but INLET_ENCRYPTION_KEY is not: set both, or use `inlet key rotate` for the key file of the embedded database.',
    );
  return toConfig(parsed.data);
}

function sentence(issue: z.core.$ZodIssue, given: Readonly<Record<string, string | undefined>>): string {
  const name = String(issue.path[0]);
  const value = given[name] ?? '';
  const shown = SECRET_SETTINGS.has(name)
    ? `${value.length} characters long (not shown)`
    : JSON.stringify(value);
  return `${name} is ${shown}, but must be ${issue.message}.`;
}

const SECOND = 1000;
const DAY = 86_400 * SECOND;
const GB = 1_000_000_000;

function toConfig(env: Environment) {
  return {
    host: env.HOST,
    port: env.PORT,
    role: env.INLET_ROLE,
    publicUrl: env.INLET_PUBLIC_URL,
    trustedProxies: env.INLET_TRUSTED_PROXIES,
    logLevel: env.LOG_LEVEL,
    mongodbUri: env.MONGODB_URI,
    dataDir: env.INLET_DATA_DIR,
    encryptionKey: env.INLET_ENCRYPTION_KEY,
    previousEncryptionKeys: env.INLET_PREVIOUS_ENCRYPTION_KEYS,
    diskReserveMb: env.INLET_DISK_RESERVE_MB,
    workerConcurrency: env.INLET_WORKER_CONCURRENCY,
    concurrencyPerSite: env.INLET_CONCURRENCY_PER_SITE,
    readerThreads: env.INLET_READER_THREADS,
    lockMs: env.INLET_LOCK_SECONDS * SECOND,
    pollMs: env.INLET_POLL_MILLISECONDS,
    shutdownMs: env.INLET_SHUTDOWN_SECONDS * SECOND,
    // The demo's feed and receiver are on this server.
    allowedPrivateNetworks: [
      ...env.INLET_ALLOWED_PRIVATE_NETWORKS,
      ...(env.INLET_DEMO === '1' ? [`127.0.0.1:${env.PORT}`] : []),
    ],
    spoolDir: env.INLET_SPOOL_DIR ?? tmpdir(),
    fetchDeadlineMs: env.INLET_FETCH_DEADLINE_SECONDS * SECOND,
    outlineDeadlineMs: env.INLET_OUTLINE_DEADLINE_SECONDS * SECOND,
    outlineMaxBytes: env.INLET_OUTLINE_MAX_BYTES,
    deliveryTimeoutMs: env.INLET_DELIVERY_TIMEOUT_SECONDS * SECOND,
    deliveriesInFlight: env.INLET_DELIVERIES_IN_FLIGHT,
    keepAcknowledgedMs: env.INLET_KEEP_DELIVERED_DAYS * DAY,
    keepFailedMs: env.INLET_KEEP_FAILED_DAYS * DAY,
    keepRunsMs: env.INLET_KEEP_RUNS_DAYS * DAY,
    uploadLimits: {
      unfinishedPerUser: env.INLET_UNFINISHED_UPLOADS_PER_USER,
      perHour: env.INLET_UPLOADS_PER_HOUR,
      bytesPerProject: env.INLET_UPLOADS_GB_PER_PROJECT * GB,
    },
    corsOrigins: env.INLET_CORS_ORIGINS,
    rateLimitPerMinute: env.INLET_RATE_LIMIT_PER_MINUTE,
    widgetRateLimitPerMinute: env.INLET_WIDGET_RATE_LIMIT_PER_MINUTE,
    eventStreamsPerProject: env.INLET_EVENT_STREAMS_PER_PROJECT,
    maxConnections: env.INLET_MAX_CONNECTIONS,
    maxConnectionsPerAddress: env.INLET_CONNECTIONS_PER_ADDRESS,
    requestTimeoutMs: env.INLET_REQUEST_TIMEOUT_SECONDS * SECOND,
    metricsToken: env.INLET_METRICS_TOKEN,
    isDemo: env.INLET_DEMO === '1',
  };
}
