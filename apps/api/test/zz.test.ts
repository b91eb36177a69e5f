import { startFeedServer, startReceiver } from '@inlet/testing';
import { it } from 'vitest';
import { bootInlet } from './boot-inlet.js';
import { importOnce } from './example-import.js';
it('x', async () => {
  const t0 = Date.now(); const t = (m: string) => console.error(m, Date.now() - t0);
  const feed = await startFeedServer(); const receiver = await startReceiver();
  const a = await bootInlet();
  const ids = await importOnce(a, { feed, receiver });
  if (process.env.STEP === '1') await a.call('POST', `/v1/deliveries/${ids.deliveryId}/replay`);
  if (process.env.STEP === '2') { await a.call('POST', `/v1/runs/${ids.runId}/replay`); }
  if (process.env.STEP === '3') { const started = await a.call('POST', `/v1/import-jobs/${ids.jobId}/run`, { body: { dryRun: true } }); await a.call('GET', `/v1/runs/${started.json.id}/events`); }
  if (process.env.STEP === '4') { const c = new AbortController(); const r = await fetch(`${a.inlet.address}/v1/runs/${ids.runId}/events`, { signal: c.signal, headers: { accesskey: a.project.secretKey } }); c.abort(); }
  await new Promise(r => setTimeout(r, 300));
  t('closing');
  await a.close(); t('closed');
  await feed.close(); await receiver.close();
}, 8000);
