// An import of a file as a developer would write it in an afternoon: parse, validate, post a thousand rows at a time.
import { createReadStream } from 'node:fs';
import { parse } from 'csv-parse';
import { z } from 'zod';

const [, , path, receiver] = process.argv;
const rowSchema = z.object({
  Number: z.coerce.number().int(),
  SKU: z.string().min(1),
  Title: z.string().min(1).max(300),
  Description: z.string(),
  Price: z.coerce.number(),
  Currency: z.enum(['EUR', 'USD', 'GBP', 'SEK']),
  Stock: z.coerce.number().int(),
  Category: z.string(),
  Link: z.url(),
  Updated: z.coerce.date(),
});
const start = performance.now();
let batch = [];
const send = async () => {
  const response = await fetch(`${receiver}/rows`, { method: 'POST', body: JSON.stringify(batch) });
  if (!response.ok) throw new Error(`the receiver answered ${response.status}`);
  batch = [];
};
for await (const record of createReadStream(path).pipe(parse({ columns: true, bom: true }))) {
  const { success, data } = rowSchema.safeParse(record);
  if (success) batch.push(data);
  if (batch.length === 1000) await send();
}
if (batch.length > 0) await send();
const ms = performance.now() - start;
const { user, system } = process.cpuUsage();
process.send({ ms, cpuMs: (user + system) / 1000, peak: process.resourceUsage().maxRSS / 1024 });
process.disconnect();
