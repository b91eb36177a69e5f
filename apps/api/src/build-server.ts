import cors from '@fastify/cors';
import helmet from '@fastify/helmet';
import type { Context } from '@inlet/workflow';
import Fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify';
import { serializerCompiler } from 'fastify-type-provider-zod';
import type { Config } from './config.js';
import type { ConnectionLimits } from './connections/connection-limits.js';
import { limitConnections } from './connections/limit-connections.js';
import { limitPipelining } from './connections/limit-pipelining.js';
import { limitRequestTime } from './connections/limit-request-time.js';
import type { Readiness } from './create-readiness.js';
import { demoRoutes } from './demo/demo-routes.js';
import type { Demo } from './demo/open-demo.js';
import type { DiskSpace } from './disk-space.js';
import type { Metrics } from './metrics/create-metrics.js';
import { addOpenapi } from './openapi/add-openapi.js';
import { addReference } from './openapi/add-reference.js';
import { BUILT_FILES, type BuiltFiles } from './pages/built-files.js';
import { embedRoutes } from './pages/embed-routes.js';
import { errorRoutes } from './pages/error-routes.js';
import { packageRoutes } from './pages/package-routes.js';
import { reviewPageRoutes, widgetPageRoutes } from './pages/widget-page.js';
import { addIdempotency } from './plugins/idempotency.js';
import { addJsonBody } from './plugins/json-body.js';
import { addKnownHosts, isLoopback } from './plugins/known-hosts.js';
import { addNoStore } from './plugins/no-store.js';
import { addOpenSchemes } from './plugins/open-schemes.js';
import { addProblemResponses, answerClientError, answerFrameworkError } from './plugins/problem-responses.js';
import { addRateLimits } from './plugins/rate-limits.js';
import { addRequestMeasures } from './plugins/request-measures.js';
import { addSecretKey } from './plugins/secret-key.js';
import { BODY_LIMIT_BYTES } from './problems/to-inlet-error.js';
import { validatorCompiler } from './problems/validator-compiler.js';
import { type MetricsAccess, operationRoutes } from './routes/operations.js';
import { v1Routes } from './routes/v1.js';
import { widgetV1Routes } from './routes/widget-v1.js';

export interface BuildServerOptions {
  readonly context: Context;
  readonly config: Config;
  readonly version: string;
  readonly log: FastifyBaseLogger;
  readonly metrics: Metrics;
  readonly connectionLimits: ConnectionLimits;
  readonly readiness: Readiness;
  /** Null if the data are in MongoDB. */
  readonly diskSpace: DiskSpace | null;
  readonly demo: Demo | null;
  readonly newRequestId: () => string;
  /** Directories of the browser bundles; default: those of this repository. */
  readonly builtFiles?: BuiltFiles | undefined;
}

/** Response headers that scripts of the allowed origins may read. */
const EXPOSED_HEADERS = ['deprecation', 'idempotent-replayed', 'link', 'retry-after', 'x-request-id'];

/** Longest time for the headers of a request. A connection that sends nothing ends after it too. */
const HEADERS_TIMEOUT_MS = 10_000;
/** Node's own limit. Requests that do not bring a file have a shorter one. */
const LONGEST_TRANSFER_MS = 24 * 3_600_000;
/** How often Node looks for requests that took too long. */
const CHECK_TIMEOUTS_MS = 1000;

/** Builds the HTTP server with all routes. A process that is only a worker serves just the operators' routes. */
export async function buildServer(options: BuildServerOptions): Promise<FastifyInstance> {
  const { context, config, metrics, connectionLimits } = options;
  const app = Fastify({
    loggerInstance: options.log,
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'requestId' }),
    genReqId: options.newRequestId,
    bodyLimit: BODY_LIMIT_BYTES,
    requestTimeout: LONGEST_TRANSFER_MS,
    http: {
      requestTimeout: LONGEST_TRANSFER_MS,
      headersTimeout: Math.min(HEADERS_TIMEOUT_MS, config.requestTimeoutMs),
      connectionsCheckingInterval: CHECK_TIMEOUTS_MS,
    },
    trustProxy: config.trustedProxies.length > 0 ? config.trustedProxies : false,
    exposeHeadRoutes: false,
    // Long enough for an external user id of 256 characters, percent-encoded.
    routerOptions: { maxParamLength: 3072 },
    frameworkErrors: answerFrameworkError,
    clientErrorHandler: answerClientError,
    return503OnClosing: false,
  });
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  limitPipelining(app);
  addProblemResponses(app);
  addJsonBody(app);
  addRequestMeasures(app, metrics);
  limitConnections(app, connectionLimits, metrics);
  limitRequestTime(app, { timeoutMs: config.requestTimeoutMs });
  addKnownHosts(app, { ...config, isTrustedProxy: connectionLimits.isTrustedProxy });
  await app.register(helmet);
  await app.register(cors, {
    origin: config.corsOrigins,
    exposedHeaders: EXPOSED_HEADERS,
    // An OPTIONS request that is no preflight gets 204 instead of 400.
    strictPreflight: false,
  });
  await addOpenapi(app, { version: options.version, publicUrl: config.publicUrl });

  await app.register(operationRoutes({ readiness: options.readiness, access: metricsAccess(options) }));
  if (config.role === 'worker') return app;

  const rateLimits = await addRateLimits(app, { perMinute: config.rateLimitPerMinute });
  await app.register(
    async (v1) => {
      addNoStore(v1);
      addSecretKey(v1, { context, rateLimits });
      addOpenSchemes(v1, { context });
      addIdempotency(v1, { context });
      await v1.register(v1Routes(context, { streamsPerProject: config.eventStreamsPerProject }));
    },
    { prefix: '/v1' },
  );
  const { rateLimitPerMinute: perAddress, widgetRateLimitPerMinute: perSession } = config;
  await app.register(widgetV1Routes(context, { perAddress, perSession }), { prefix: '/widget/v1' });
  const { widgetDir, embedDir, packagesDir, playgroundDir } = options.builtFiles ?? BUILT_FILES;
  await app.register(widgetPageRoutes(context, { widgetDir, perAddress }), { prefix: '/widget' });
  await app.register(reviewPageRoutes(context, { widgetDir, perAddress }));
  await app.register(embedRoutes({ embedDir, version: options.version }), { prefix: '/embed' });
  await app.register(packageRoutes({ packagesDir, version: options.version }), { prefix: '/packages' });
  await app.register(errorRoutes);
  addReference(app);
  if (options.demo) await app.register(demoRoutes(options.demo, { now: context.now, playgroundDir }));
  return app;
}

function metricsAccess({ config, metrics, context, diskSpace }: BuildServerOptions): MetricsAccess {
  return {
    metrics,
    refresh: async () => {
      for (const [status, count] of Object.entries(await context.store.jobs.counts()))
        metrics.jobs.set({ status }, count);
      metrics.diskFull.set(diskSpace?.isFull() ? 1 : 0);
    },
    guard: metricsGuard(config),
  };
}

/** Without a token, metrics are served only if the server listens on this machine alone. */
function metricsGuard({ metricsToken, host }: Config): MetricsAccess['guard'] {
  if (metricsToken !== undefined) return { token: metricsToken };
  return isLoopback(host) ? 'open' : 'off';
}
