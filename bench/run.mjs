// `pnpm bench [outline|widget|api|schedule|feed|manual|workbook|browser]`: measures Inlet, beside named rivals in the same run if there are any.
// Needs a build.
const BENCHES = ['outline', 'widget', 'api', 'schedule', 'feed', 'manual', 'workbook', 'browser'];
const chosen = process.argv.slice(2).filter((name) => !name.startsWith('-'));
const unknown = chosen.filter((name) => !BENCHES.includes(name));
if (unknown.length > 0) {
  console.error(`There is no bench "${unknown[0]}". Choose from: ${BENCHES.join(', ')}.`);
  process.exit(2);
}
for (const name of chosen.length > 0 ? chosen : BENCHES) {
  const { bench } = await import(`./${name}.mjs`);
  await bench();
}
