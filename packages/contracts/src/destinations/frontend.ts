import { z } from 'zod';
import type { DestinationRules } from './destination-rules.js';

/** The page that shows the widget. It takes the rows of uploads, one batch after the other, and answers in place of a server. */
export const frontendDestinationSchema = z.strictObject({
  kind: z.literal('frontend'),
  rowsPerBatch: z.int().min(1).max(5000).default(1000),
});
export type FrontendDestination = z.infer<typeof frontendDestinationSchema>;

export const frontendRules: DestinationRules<FrontendDestination, FrontendDestination> = {
  secretFields: [],
  view: (destination) => destination,
  serverOf: () => 'page',
};
