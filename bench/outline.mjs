import { createReadStream } from 'node:fs';
import { createRequire } from 'node:module';
import { generatedFeed } from './lib/generated-feed.mjs';
import { printTable } from './lib/table.mjs';

const require = createRequire(import.meta.resolve('@inlet/api/package.json'));
const { outlineSource } = await import(require.resolve('@inlet/pipeline'));

/** Measures the outline of a small feed and of a very large one. */
export async function bench() {
  const small = await generatedFeed(11);
  const large = await generatedFeed(200_000);
  const rows = [];
  for (const [name, feed, rounds] of [
    ['small feed', small, 200],
    ['head of a large feed', large, 30],
  ]) {
    const times = [];
    for (let round = 0; round < rounds; round += 1) {
      const start = performance.now();
      const { outline } = await outlineSource(createReadStream(feed.path));
      times.push(performance.now() - start);
      if (outline.headings.length < 10) throw new Error('the outline is too short');
    }
    times.sort((a, b) => a - b);
    const at = (share) => `${times[Math.floor(times.length * share)].toFixed(1)} ms`;
    rows.push([name, `${(feed.bytes / 1000).toFixed(0)} kB`, at(0.5), at(0.99)]);
  }
  printTable('Outline', [['', 'size', 'median', 'p99'], ...rows]);
}
