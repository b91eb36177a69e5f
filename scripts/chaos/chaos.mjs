// `pnpm chaos [CAMPAIGN ...] [--seconds N] [--seed N]`: attacks the built server from outside, as an operator's bad day
// and an attacker would: real processes, real sources and receivers. Prints a table of everything that was tried and
// survived, and fails if anything was lost, mixed up, reached or did not answer. Needs a build.
// With INLET_TEST_SUMMARY it also writes the counts and the failures to that file, as JSON.
import { randomInt } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { seededRandom } from '../../packages/testing/dist/index.js';
import { printFailures, summaryOf } from '../run-tests.mjs';
import { jumpClock } from './clock-jumps.mjs';
import { forgeTokens } from './forge-tokens.mjs';
import { fillDisk } from './full-disk.mjs';
import { deliverToHostileReceivers } from './hostile-receivers.mjs';
import { readHostileSources } from './hostile-sources.mjs';
import { killOneServer, killWorkers } from './kill-servers.mjs';
import { mixTenants } from './mix-tenants.mjs';
import { openShared } from './servers.mjs';

/**
 * Lists of campaigns that run one after the other; the lists of one stage run side by side, since most of their time is
 * waiting. A campaign takes `{ shared, random, seconds, note, detail }`. `shared` resolves with a server that stays
 * alive. `note(what, fault)` counts something that was tried: `fault` is null, a sentence, or `{ skipped }`. `share` is
 * the part of the whole time after which a campaign that could go on for ever ends.
 */
const STAGES = [
  [
    [
      { name: 'tenants', title: "another tenant's ids", run: mixTenants },
      { name: 'tokens', title: 'forged tokens', run: forgeTokens },
      { name: 'sources', title: 'hostile sources', run: readHostileSources, share: 0.1 },
      { name: 'receivers', title: 'hostile receivers', run: deliverToHostileReceivers, share: 0.1 },
    ],
    [
      { name: 'clock', title: 'clock jumps', run: jumpClock },
      { name: 'disk', title: 'full disk', run: fillDisk },
    ],
  ],
  [
    [{ name: 'kill', title: 'kill -9, one server', run: killOneServer, share: 0.4 }],
    [{ name: 'workers', title: 'kill -9, two workers', run: killWorkers, share: 0.4 }],
  ],
];
const NAMES = STAGES.flat(2).map(({ name }) => name);
const SHOWN_FAULTS = 20;

const { seconds, seed, chosen } = readArguments();
console.log(
  `seed ${seed}; repeat with: pnpm chaos ${chosen.join(' ')} --seconds ${seconds} --seed ${seed}\n`,
);
const rows = [];
let opened = null;
for (const lanes of STAGES) await Promise.all(lanes.map(runLane));
await (await opened)?.close();
finish();

function readArguments() {
  const options = { seconds: { type: 'string', default: '120' }, seed: { type: 'string' } };
  const { values, positionals } = parseArgs({ allowPositionals: true, options });
  const given = { seconds: Number(values.seconds), seed: Number(values.seed ?? randomInt(2 ** 31)) };
  const isKnown = positionals.every((name) => NAMES.includes(name));
  if (isKnown && given.seconds > 0 && Number.isInteger(given.seed))
    return { ...given, chosen: positionals.length === 0 ? NAMES : positionals };
  console.error(`Usage: pnpm chaos [${NAMES.join(' | ')}] [--seconds N] [--seed N]`);
  process.exit(2);
}

async function runLane(campaigns) {
  for (const campaign of campaigns) if (chosen.includes(campaign.name)) await runCampaign(campaign);
}

async function runCampaign({ name, title, run, share = 1 }) {
  const row = { name, title, tried: 0, skipped: [], faults: [], details: [] };
  rows.push(row);
  const startedAt = performance.now();
  try {
    await run({
      shared: () => {
        opened ??= openShared();
        return opened;
      },
      random: seededRandom(seed + NAMES.indexOf(name)),
      seconds: seconds * share,
      note(what, fault = null) {
        if (fault?.skipped !== undefined) return row.skipped.push(`${what}: ${fault.skipped}`);
        row.tried += 1;
        if (fault !== null) row.faults.push(`${what}: ${fault}`);
      },
      detail: (text) => row.details.push(text),
    });
  } catch (error) {
    row.tried += 1;
    row.faults.push(error.stack);
  }
  printRow({ ...row, took: Math.round((performance.now() - startedAt) / 1000) });
}

function printRow({ title, tried, skipped, faults, details, took }) {
  const counts = `${String(tried).padStart(4)} tried ${String(tried - faults.length).padStart(4)} survived`;
  console.log(
    `${faults.length === 0 ? '✓' : '✗'} ${title.padEnd(22)} ${counts} ${String(took).padStart(4)} s`,
  );
  for (const text of details) console.log(`    ${text}`);
  for (const text of skipped) console.log(`    skipped: ${text}`);
  for (const text of faults.slice(0, SHOWN_FAULTS))
    console.log(`    FAULT ${text.replaceAll('\n', '\n      ')}`);
}

function finish() {
  const failures = rows.flatMap(({ name, faults }) =>
    faults.slice(0, SHOWN_FAULTS).map((fault) => `chaos > ${name} (seed ${seed})\n    ${fault}`),
  );
  const sum = (count) => rows.reduce((total, row) => total + count(row), 0);
  const failed = sum(({ faults }) => Math.min(1, faults.length));
  const total = {
    passed: rows.length - failed,
    failed,
    skipped: sum(({ skipped }) => skipped.length),
    failures,
  };
  if (process.env.INLET_TEST_SUMMARY) writeFileSync(process.env.INLET_TEST_SUMMARY, JSON.stringify(total));
  printFailures(failures);
  const tried = sum((row) => row.tried);
  console.log(`\n${tried} tried, ${tried - sum(({ faults }) => faults.length)} survived; seed ${seed}`);
  console.log(summaryOf(total));
  // Connections of hostile peers must not keep the process.
  process.exit(failed === 0 ? 0 : 1);
}
