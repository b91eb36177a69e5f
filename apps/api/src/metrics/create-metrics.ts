import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** The metrics of this process. No label contains the id of a project, job or user. */
export type Metrics = ReturnType<typeof createMetrics>;

const REQUEST_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
const RUN_SECONDS = [0.1, 0.5, 1, 5, 15, 60, 300, 900, 3600];
const LATE_SECONDS = [0.1, 0.5, 1, 2, 5, 15, 60, 300, 3600];

/** prom-client's default of 10 ms wakes an idle process a hundred times a second. */
const EVENT_LOOP_SAMPLE_MS = 1000;

export function createMetrics() {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: EVENT_LOOP_SAMPLE_MS });
  return {
    registry,
    httpSeconds: new Histogram({
      name: 'inlet_http_request_duration_seconds',
      help: 'Time from a request to the end of its answer, by route.',
      labelNames: ['method', 'route', 'status'] as const,
      buckets: REQUEST_SECONDS,
      registers,
    }),
    connections: new Gauge({
      name: 'inlet_http_connections',
      help: 'Open connections of clients.',
      registers,
    }),
    connectionsReplaced: new Counter({
      name: 'inlet_http_connections_replaced_total',
      help: 'Connections that waited for a request and were closed for new ones, by the limit that was reached.',
      labelNames: ['scope'] as const,
      registers,
    }),
    runsFinished: new Counter({
      name: 'inlet_runs_finished_total',
      help: 'Runs that this process finished, by outcome.',
      labelNames: ['outcome'] as const,
      registers,
    }),
    runSeconds: new Histogram({
      name: 'inlet_run_duration_seconds',
      help: 'Time from the start to the end of the runs that this process finished.',
      buckets: RUN_SECONDS,
      registers,
    }),
    rowsSent: new Counter({
      name: 'inlet_rows_sent_total',
      help: 'Rows that were sent by the runs that this process finished.',
      registers,
    }),
    deliveryAttempts: new Counter({
      name: 'inlet_delivery_attempts_total',
      help: 'Attempts to deliver, by result.',
      labelNames: ['result'] as const,
      registers,
    }),
    deliverySeconds: new Histogram({
      name: 'inlet_delivery_attempt_duration_seconds',
      help: 'Time that receivers took to answer.',
      buckets: REQUEST_SECONDS,
      registers,
    }),
    tickLateSeconds: new Histogram({
      name: 'inlet_tick_late_seconds',
      help: 'How much later than its schedule an import job started.',
      buckets: LATE_SECONDS,
      registers,
    }),
    activeRuns: new Gauge({
      name: 'inlet_runs_active',
      help: 'Runs that this process works on.',
      registers,
    }),
    diskFull: new Gauge({
      name: 'inlet_disk_full',
      help: '1 if the disk of the embedded database has less than INLET_DISK_RESERVE_MB left, so that writes that add data are refused.',
      registers,
    }),
    jobs: new Gauge({
      name: 'inlet_jobs',
      help: 'Import jobs in the database, by status.',
      labelNames: ['status'] as const,
      registers,
    }),
  };
}
