import type { Readable } from 'node:stream';
import { z } from 'zod';

/** An id in an address. An id of another form does not exist: 404, not 400. */
export const pathId = z.string().min(1).max(100);

export const jobParams = z.strictObject({ jobId: pathId });
export const runParams = z.strictObject({ runId: pathId });

/** A response without a body. */
export const noContent = { 204: z.undefined().describe('Done; there is no body.') };

/** A streamed response: described in the OpenAPI document, but not validated. */
export const textStream = z.custom<Readable>().meta({ type: 'string' });
