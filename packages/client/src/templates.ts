import type { DestinationTest, TemplateView } from '@inlet/contracts';
import type { NewTemplate, TemplateChange } from './input-types.js';
import { type PageSource, pageSource } from './page-source.js';
import type { CallOptions, PostOptions, Sender } from './send-request.js';

export interface ForceOptions extends CallOptions {
  /** Do it although import jobs use what goes away. */
  readonly force?: boolean;
}

const pathOf = (templateId: string): string => `/templates/${encodeURIComponent(templateId)}`;
const forced = ({ force }: ForceOptions) => ({ force: force ? 'true' : undefined });

/** The target schemas: their columns, identity, destination and limits. */
export const templateCalls = (sender: Sender) => ({
  create: (template: NewTemplate, options?: PostOptions): Promise<TemplateView> =>
    sender.json({ method: 'POST', path: '/templates', body: template, options }),

  /** The newest first. */
  list: (): PageSource<TemplateView> => pageSource(sender, '/templates'),

  get: (templateId: string, options?: CallOptions): Promise<TemplateView> =>
    sender.json({ method: 'GET', path: pathOf(templateId), options }),

  /** A field that is left out keeps its value. */
  change: (templateId: string, change: TemplateChange, options: ForceOptions = {}): Promise<TemplateView> =>
    sender.json({ method: 'PATCH', path: pathOf(templateId), query: forced(options), body: change, options }),

  remove: (templateId: string, options: ForceOptions = {}): Promise<void> =>
    sender.json({ method: 'DELETE', path: pathOf(templateId), query: forced(options), options }),

  /** Sends one signed test batch. Resolves whatever the receiver does: see `isDelivered`. */
  testDestination: (templateId: string, options?: PostOptions): Promise<DestinationTest> =>
    sender.json({ method: 'POST', path: `${pathOf(templateId)}/destination/test`, options }),
});
