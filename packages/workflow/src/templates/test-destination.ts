import {
  type Cell,
  type Column,
  type DestinationTest,
  InletError,
  type RecordsEvent,
  type Template,
} from '@inlet/contracts';
import { postDelivery } from '@inlet/delivery';
import { findTemplate, requireHost } from '../access/authorize.js';
import type { Caller } from '../access/caller.js';
import type { Context } from '../ports/context.js';
import { findCredentials, validSecrets } from '../projects/credentials.js';

/** Sends one signed batch with a row of example values, once, and returns the answer. */
export async function testDestination(
  context: Context,
  caller: Caller,
  { templateId }: { templateId: string },
): Promise<DestinationTest> {
  requireHost(caller);
  const { projectId } = caller;
  const template = await findTemplate(context, caller, templateId);
  if (!template.destination) throw new InletError('template_no_destination');
  const { webhookSecrets } = await findCredentials(context, projectId);
  const outcome = await postDelivery({
    webhooks: context.webhooks,
    destination: template.destination,
    secrets: validSecrets(webhookSecrets, context.now()),
    id: context.newId('dlv'),
    body: Buffer.from(JSON.stringify(exampleEvent(context, template))),
    now: context.now,
    timeoutMs: context.settings.deliveryTimeoutMs,
  });
  const { status, durationMs, answer } = outcome.attempt;
  return {
    isDelivered: outcome.kind === 'acknowledged',
    status,
    durationMs,
    answer,
    error: outcome.kind === 'acknowledged' ? null : outcome.error,
  };
}

function exampleEvent(context: Context, template: Template): RecordsEvent {
  return {
    type: 'import.records',
    timestamp: context.now().toISOString(),
    data: {
      projectId: template.projectId,
      jobId: context.newId('job'),
      runId: context.newId('run'),
      templateId: template.id,
      templateCode: template.code,
      externalUserId: 'test',
      label: 'Test of the destination',
      trigger: 'api',
      extra: { isTest: true },
      batch: { number: 1, of: 1 },
      rows: [
        {
          rowKey: 'test',
          change: 'created',
          version: 1,
          record: 1,
          values: Object.fromEntries(template.columns.map((column) => [column.key, exampleCell(column)])),
        },
      ],
    },
  };
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
