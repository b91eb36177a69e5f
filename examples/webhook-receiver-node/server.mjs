// Takes the rows of imports. INLET_WEBHOOK_SECRET is what `inlet project create` printed; PORT is 4300 by default.
import { createServer } from 'node:http';
import { verifyWebhook } from '@inlet/client';

const secret = process.env.INLET_WEBHOOK_SECRET;
if (!secret) throw new Error('Set INLET_WEBHOOK_SECRET to the webhook secret of your project.');

/** Stands in for your database: rows by user and row key (`values` is null once removed), and ids of known deliveries. */
const rows = new Map();
const taken = new Set();

function keep(deliveryId, { type, replayOf, data }) {
  // The same delivery may come again, when the answer to it was lost. A replay on request has another id.
  if (taken.has(deliveryId)) return;
  if (data.extra?.isTest) {
    console.log(`${type}: a test of the destination`);
    return;
  }
  if (type === 'import.records')
    for (const { rowKey, previousRowKey, change, version, values } of data.rows) {
      const keyOf = (rowKey) => `${data.externalUserId}/${data.jobId}/${rowKey}`;
      const key = keyOf(rowKey);
      const before = rows.get(change === 'rekeyed' ? keyOf(previousRowKey) : key);
      // An older delivery that was sent again must not replace newer rows.
      if (before && before.version > version) continue;
      if (change === 'rekeyed') {
        rows.delete(keyOf(previousRowKey));
        // Batches of a run may arrive in any order, so the new values of the row may be there already.
        const isThere = rows.has(key) && rows.get(key).version >= version;
        if (before && !isThere) rows.set(key, { ...before, version });
      } else rows.set(key, { version, values });
    }
  taken.add(deliveryId);
  console.log(
    `${replayOf ? 'Replay: ' : ''}${type} of "${data.label}" for ${data.externalUserId}: ${rows.size} rows in all`,
  );
}

const server = createServer(async (request, response) => {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  try {
    // Over the bytes as they came: a body that was parsed and written again has another signature.
    const event = verifyWebhook({ secret, headers: request.headers, body: Buffer.concat(chunks) });
    keep(request.headers['webhook-id'], event);
    response.writeHead(204).end();
  } catch (error) {
    console.error(`Refused: ${error.message}`);
    response.writeHead(401).end();
  }
});
server.listen(Number(process.env.PORT ?? 4300), '127.0.0.1', () =>
  console.log(`Waiting for deliveries at http://127.0.0.1:${server.address().port}`),
);
