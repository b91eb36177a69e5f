import { type DestinationTest, InletError, type RecordsEvent, type Template } from '@inlet/contracts';
import { sendDelivery } from '@inlet/delivery';
import type { World } from '../ports/world.js';
import { findTemplate } from './find-template.js';

/** Sends one signed batch with a row of example values, once, and says what came back. */
export async function testDestination(
  world: World,
  { projectId, templateId }: { projectId: string; templateId: string },
): Promise<DestinationTest> {
  const template = await findTemplate(world, { projectId, templateId });
  if (!template.destination) throw new InletError('template_no_destination');
  const credentials = await world.store.projects.get(projectId);
  if (!credentials) throw new InletError('project_not_found');
  const outcome = await sendDelivery({
    place: world.place,
    destination: template.destination,
    secrets: credentials.webhookSecrets,
    id: world.newId('dlv'),
    body: Buffer.from(JSON.stringify(exampleEvent(world, template))),
    now: world.now,
    timeoutMs: world.settings.deliveryTimeoutMs,
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

function exampleEvent(world: World, template: Template): RecordsEvent {
  return {
    type: 'import.records',
    timestamp: world.now().toISOString(),
    data: {
      projectId: template.projectId,
      jobId: world.newId('job'),
      runId: world.newId('run'),
      templateId: template.id,
      templateCode: template.code,
      externalUserId: 'test',
      label: 'Test of the destination',
      trigger: 'manual',
      extra: { isTest: true },
      batch: { number: 1, of: 1 },
      rows: [
        {
          rowKey: 'test',
          change: 'created',
          record: 1,
          values: Object.fromEntries(template.columns.map(({ key, name }) => [key, `Example of ${name}`])),
        },
      ],
    },
  };
}
