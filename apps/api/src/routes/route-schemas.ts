import type { Readable } from 'node:stream';
import { z } from 'zod';

/** An id in an address. Ids of another form are simply not there: 404, not 400. */
export const pathId = z.string().min(1).max(100);

/** An answer without a body. */
export const noContent = { 204: z.undefined().describe('Done; there is no body.') };

/** An answer that is written as it comes to be. It is not checked, only described. */
export const textStream = z.custom<Readable>().meta({ type: 'string' });
