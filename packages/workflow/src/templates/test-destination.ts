import {
  type Cell,
  type Column,
  type DeliveredRow,
  type DestinationTest,
  type DestinationTestRequest,
  type EventAbout,
  InletError,
  type Template,
} from '@inlet/contracts';
import { postDelivery } from '@inlet/delivery';
import { findTemplate, requireHost } from '../access/authorize.js';
import type { Caller } from '../access/caller.js';
import { batchLimits } from '../outbox/batch-limits.js';
import { buildBody, bytesOf } from '../outbox/delivery-body.js';
import type { BatchLimits } from '../ports/change-reader.js';
import type { Context } from '../ports/context.js';
import { findCredentials, validSecrets } from '../projects/credentials.js';

export interface DestinationToTest extends Partial<DestinationTestRequest> {
  readonly templateId: string;
}

/** Sends one signed batch of example values, once, and returns the answer. */
export async function testDestination(
  context: Context,
  caller: Caller,
  { templateId, size = 'row' }: DestinationToTest,
): Promise<DestinationTest> {
  requireHost(caller);
  const { projectId } = caller;
  const template = await findTemplate(context, caller, templateId);
  const { destination } = template;
  if (!destination) throw new InletError('template_no_destination');
  if (destination.kind !== 'webhook') throw new InletError('destination_needs_server');
  const { webhookSecrets } = await findCredentials(context, projectId);
  const about = exampleAbout(context, template);
  const row = exampleRow(template);
  const rows =
    size === 'row' ? [row] : fillBatch(row, batchLimits(context, { job: NEW_JOB, template, about }));
  const envelope = { type: 'import.records', number: 1, createdAt: context.now(), replayOf: null } as const;
  const content = Buffer.from(rows.map((each) => JSON.stringify(each)).join(','));
  const body = buildBody(envelope, { about, batches: 1, content });
  const outcome = await postDelivery({
    webhooks: context.webhooks,
    destination,
    secrets: validSecrets(webhookSecrets, context.now()),
    id: context.newId('dlv'),
    body,
    now: context.now,
    timeoutMs: context.settings.deliveryTimeoutMs,
  });
  const { status, durationMs, answer } = outcome.attempt;
  return {
    isDelivered: outcome.kind === 'acknowledged',
    rows: rows.length,
    bytes: bytesOf(body),
    status,
    durationMs,
    answer,
    error: outcome.kind === 'acknowledged' ? null : outcome.error,
  };
}

const NEW_JOB = { bodyLimit: null };

const exampleAbout = (context: Context, template: Template): EventAbout => ({
  projectId: template.projectId,
  jobId: context.newId('job'),
  runId: context.newId('run'),
  templateId: template.id,
  templateCode: template.code,
  externalUserId: 'test',
  label: 'Test of the destination',
  trigger: 'api',
  extra: { isTest: true },
});

const exampleRow = ({ columns }: Template): DeliveredRow => ({
  rowKey: 'test',
  change: 'created',
  version: 1,
  record: 1,
  values: Object.fromEntries(columns.map((column) => [column.key, exampleCell(column)])),
});

/** Repeats a row with other keys until the batch is full. Rows have the same size, and at least one is returned. */
function fillBatch(row: DeliveredRow, { maxRows, maxBytes }: BatchLimits): DeliveredRow[] {
  const numbered = (record: number) => ({ ...row, rowKey: `test-${record}`, record });
  const bytesPerRow = Buffer.byteLength(JSON.stringify(numbered(maxRows))) + 1;
  const count = Math.max(1, Math.min(maxRows, Math.floor(maxBytes / bytesPerRow)));
  return Array.from({ length: count }, (_, index) => numbered(index + 1));
}

/** An example value of the column's type, so that the receiver can handle the row like any other. */
function exampleCell({ type, name, options }: Column): Exclude<Cell, readonly string[]> | string[] {
  switch (type) {
    case 'integer':
      return 42;
    case 'number':
      return 12.5;
    case 'boolean':
      return true;
    case 'date':
      return '2026-01-31';
    case 'date_time':
      return '2026-01-31T09:30:00.000Z';
    case 'email':
      return 'ann@example.com';
    case 'url':
      return 'https://example.com/';
    case 'image_url':
      return 'https://example.com/picture.jpg';
    case 'phone':
      return '+493012345678';
    case 'select':
      return options?.[0]?.value ?? '';
    case 'multi_select':
      return options?.slice(0, 2).map(({ value }) => value) ?? [];
    case 'text':
    case 'regex':
    case 'any':
      return `Example of ${name}`;
  }
}
