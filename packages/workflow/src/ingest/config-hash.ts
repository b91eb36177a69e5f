import { createHash } from 'node:crypto';
import { sourceIdentity, type Template } from '@inlet/contracts';
import type { Job } from '../ports/model.js';

/** Digest of all that decides what a body turns into: while it is the same, an unchanged body needs no second look. */
export function configHash(job: Job, template: Template): string {
  const { source, recordPath, parseOptions, mapping, changeDetection } = job;
  const { columns, identity, uniqueTogether } = template;
  const parts = [
    sourceIdentity(source),
    recordPath,
    parseOptions,
    mapping,
    changeDetection,
    columns,
    identity,
    uniqueTogether,
  ];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}
