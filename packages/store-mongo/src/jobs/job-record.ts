import type { Source } from '@inlet/contracts';
import type { Job, JobChanges } from '@inlet/workflow';
import type { Cipher } from '../create-aes-cipher.js';
import { openUrl, sealUrl } from '../seal-url.js';
import { withoutUndefined } from '../without-undefined.js';
import type { JobRecord, StoredSource } from './job-schema.js';

interface Sealing {
  readonly jobId: string;
  readonly cipher: Cipher;
}

const urlContext = (jobId: string): string => `job:${jobId}:source.url`;
const headersContext = (jobId: string): string => `job:${jobId}:source.headers`;
const passwordContext = (jobId: string): string => `job:${jobId}:source.password`;

function sealSource({ kind, url, headers, basicAuth }: Source, { jobId, cipher }: Sealing): StoredSource {
  const stored: StoredSource = { kind, ...sealUrl(url, { cipher, context: urlContext(jobId) }) };
  if (headers !== undefined)
    stored.sealedHeaders = cipher.encrypt(JSON.stringify(headers), headersContext(jobId));
  if (basicAuth !== undefined) {
    const sealedPassword = cipher.encrypt(basicAuth.password, passwordContext(jobId));
    stored.basicAuth = { username: basicAuth.username, sealedPassword };
  }
  return stored;
}

function openSource(stored: StoredSource, { jobId, cipher }: Sealing): Source {
  const source: Source = { kind: stored.kind, url: openUrl(stored, { cipher, context: urlContext(jobId) }) };
  if (stored.sealedHeaders !== undefined)
    source.headers = JSON.parse(cipher.decrypt(stored.sealedHeaders, headersContext(jobId)));
  if (stored.basicAuth !== undefined) {
    const { username, sealedPassword } = stored.basicAuth;
    source.basicAuth = { username, password: cipher.decrypt(sealedPassword, passwordContext(jobId)) };
  }
  return source;
}

export function toJobRecord(job: Job, cipher: Cipher): JobRecord {
  const { id, source, extra, parseOptions, mapping, columns, schedule, ...rest } = job;
  return {
    _id: id,
    ...rest,
    source: sealSource(source, { jobId: id, cipher }),
    extraJson: JSON.stringify(extra),
    parseOptions: withoutUndefined(parseOptions),
    mapping: withoutUndefined(mapping),
    columns: withoutUndefined(columns),
    schedule: withoutUndefined(schedule),
  };
}

export function toJob({ _id, source, extraJson, columns, ...rest }: JobRecord, cipher: Cipher): Job {
  return {
    id: _id,
    ...rest,
    // Jobs from before there were columns of their own have no such member.
    columns: columns ?? null,
    source: openSource(source, { jobId: _id, cipher }),
    extra: JSON.parse(extraJson),
  };
}

/** Only the fields that are there: one that is left out keeps its value. */
export function toJobChanges(changes: JobChanges, { jobId, cipher }: Sealing): Partial<JobRecord> {
  const { source, extra, ...rest } = changes;
  return {
    ...withoutUndefinedDates(rest),
    ...(source === undefined ? {} : { source: sealSource(source, { jobId, cipher }) }),
    ...(extra === undefined ? {} : { extraJson: JSON.stringify(extra) }),
  };
}

/** `nextRunAt` is a moment and no JSON. */
function withoutUndefinedDates({
  nextRunAt,
  ...rest
}: Omit<JobChanges, 'source' | 'extra'>): Partial<JobRecord> {
  return { ...withoutUndefined(rest), ...(nextRunAt === undefined ? {} : { nextRunAt }) };
}
