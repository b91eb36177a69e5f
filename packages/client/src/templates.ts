import type { DestinationTest, DestinationTestRequest, TemplateView } from '@inlet/contracts';
import type { NewTemplate, TemplateChange } from './input-types.js';
import { type PageSource, pageSource } from './page-source.js';
import type { CallOptions, PostOptions, Sender } from './send-request.js';

export interface ForceOptions extends CallOptions {
  /** Apply the change even if import jobs use the template or column that it removes. */
  readonly force?: boolean | undefined;
}

export interface TestOptions extends PostOptions {
  /** `batch` sends a batch as large as one of a run may be; default: one row. */
  readonly size?: DestinationTestRequest['size'] | undefined;
}

export interface SampleQuestion {
  readonly format?: 'csv' | 'xlsx' | undefined;
  readonly locale?: string | undefined;
}

const pathOf = (templateId: string): string => `/templates/${encodeURIComponent(templateId)}`;
const forced = ({ force }: ForceOptions) => ({ force: force ? 'true' : undefined });

/** Target schemas with their columns, identity, destination and limits. */
export const templateCalls = (sender: Sender) => ({
  create: (template: NewTemplate, options?: PostOptions): Promise<TemplateView> =>
    sender.json({ method: 'POST', path: '/templates', body: template, options }),

  /** Newest first. */
  list: (): PageSource<TemplateView> => pageSource(sender, '/templates'),

  get: (templateId: string, options?: CallOptions): Promise<TemplateView> =>
    sender.json({ method: 'GET', path: pathOf(templateId), options }),

  /** A file with the columns and one row, to fill in; a workbook has notes in the language of `locale`. */
  openSample: (
    templateId: string,
    { signal, ...question }: SampleQuestion & CallOptions = {},
  ): Promise<Response> =>
    sender.open({
      method: 'GET',
      path: `${pathOf(templateId)}/sample`,
      query: question,
      options: { signal },
    }),

  /** Fields that are left out keep their value. */
  change: (templateId: string, change: TemplateChange, options: ForceOptions = {}): Promise<TemplateView> =>
    sender.json({ method: 'PATCH', path: pathOf(templateId), query: forced(options), body: change, options }),

  remove: (templateId: string, options: ForceOptions = {}): Promise<void> =>
    sender.json({ method: 'DELETE', path: pathOf(templateId), query: forced(options), options }),

  /** Sends one signed test batch. Resolves even if the receiver fails; see `isDelivered`. */
  testDestination: (templateId: string, { size, ...options }: TestOptions = {}): Promise<DestinationTest> =>
    sender.json({
      method: 'POST',
      path: `${pathOf(templateId)}/destination/test`,
      body: size === undefined ? undefined : { size },
      options,
    }),
});
