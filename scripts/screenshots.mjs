// `pnpm screenshots`: starts the demo on a temporary data directory, walks through it in Chromium, and takes the
// pictures of the documentation (docs/images).
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { ensureChromium } from './chromium.mjs';
import { ROOT } from './pnpm.mjs';

const IMAGES = join(ROOT, 'docs/images');
const MOST_BYTES = 250_000;

const dataDir = mkdtempSync(join(tmpdir(), 'inlet-screenshots-'));
const port = await freePort();
const url = `http://127.0.0.1:${port}`;
const server = spawn(process.execPath, [join(ROOT, 'apps/api/dist/cli.js'), 'serve'], {
  env: {
    PATH: process.env.PATH,
    PORT: String(port),
    INLET_DATA_DIR: dataDir,
    INLET_DEMO: '1',
    LOG_LEVEL: 'warn',
  },
  stdio: ['ignore', 'ignore', 'inherit'],
});
const browser = await chromium.launch({
  executablePath: ensureChromium(),
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
  ],
});
mkdirSync(IMAGES, { recursive: true });
try {
  await untilReady();
  await otherImports();
  await takePictures();
} finally {
  await browser.close();
  server.kill('SIGTERM');
  await new Promise((resolve) => server.once('exit', resolve));
  rmSync(dataDir, { recursive: true, force: true });
}

/** Imports that are added to the demo's own one and to the one that the pictures set up. */
async function otherImports() {
  const column = (name, path, more) => ({ column: name, path, ...more });
  await createImport({
    label: 'Port Wire',
    source: { kind: 'url', url: `${url}/demo/feeds/port-wire.json` },
    recordPath: '/items',
    mapping: [
      column('title', 'headline'),
      column('url', 'link'),
      column('published', 'sent_at'),
      column('author', 'byline'),
      column('topics', 'keywords', { repeat: 'join' }),
      column('summary', 'teaser'),
      column('image', 'photo/url'),
    ],
    schedule: { kind: 'hours', every: 1, timeZone: 'Europe/Berlin' },
  });
  await createImport({
    label: 'Night Archive',
    source: { kind: 'url', url: `${url}/demo/feeds/archive.csv` },
    recordPath: '/',
    mapping: [
      column('title', 'headline'),
      column('url', 'address'),
      column('published', 'published'),
      column('author', 'photographer'),
      column('topics', 'section'),
      column('summary', 'standfirst'),
      column('image', 'picture'),
    ],
    schedule: { kind: 'days', every: 1, onlyWeekdays: true, time: '07:30', timeZone: 'Europe/Berlin' },
  });
}

async function createImport(job) {
  const { secretKey } = JSON.parse(readFileSync(join(dataDir, 'demo.json'), 'utf8'));
  const headers = { accesskey: secretKey, 'content-type': 'application/json' };
  const { items } = await fetch(`${url}/v1/templates`, { headers }).then((answer) => answer.json());
  const whose = { templateId: items[0].id, externalUserId: 'demo-user', runNow: true };
  const answer = await fetch(`${url}/v1/import-jobs`, {
    method: 'POST',
    headers,
    body: JSON.stringify({ ...whose, ...job }),
  });
  if (!answer.ok) throw new Error(`The import was not made: ${await answer.text()}`);
}

async function takePictures() {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 800 },
    colorScheme: 'light',
    reducedMotion: 'reduce',
    locale: 'en-GB',
    timezoneId: 'Europe/Berlin',
  });
  const page = await context.newPage();
  const widget = page.frameLocator('iframe');
  const take = async (name) => {
    // Nothing moves, but images and fonts of the new screen may still be loading.
    await page.waitForLoadState('networkidle');
    await page.waitForTimeout(500);
    const path = join(IMAGES, `${name}.png`);
    await page.screenshot({ path });
    const { size } = statSync(path);
    console.log(`${name}.png: ${Math.round(size / 1000)} kB`);
    if (size >= MOST_BYTES) throw new Error(`${name}.png is larger than ${MOST_BYTES} bytes`);
  };
  const next = () => widget.locator('footer button[type=submit]').click();

  await page.goto(url);
  await page.locator('.story').first().waitFor();
  await page.getByRole('button', { name: 'Import from a feed' }).first().click();
  const address = widget.getByRole('textbox').first();
  await address.fill(`${url}/demo/feeds/tide.atom`);
  await address.press('Enter');
  await widget.locator('table tbody tr').first().waitFor();
  await take('configure');

  await next();
  await widget.locator('table tbody tr').nth(3).waitFor();
  await take('map');

  await next();
  await widget.locator('li time').first().waitFor();
  await take('schedule');

  await next();
  await widget.getByText('The first run brings').waitFor();
  await take('confirm');

  await next();
  await widget.getByRole('button', { name: 'Go to my imports' }).click();
  await widget.locator('main ul li').nth(3).waitFor();
  await take('imports');

  await widget.getByRole('button', { name: 'Close' }).first().click();
  await page.locator('iframe').waitFor({ state: 'detached' });
  await page.getByText('Tide & Table').first().waitFor();
  await page.locator('.toast').waitFor({ state: 'detached' });
  await take('playground');
}

async function untilReady() {
  for (let tries = 0; tries < 200; tries += 1) {
    const stories = await fetch(`${url}/demo/state`).then(
      async (answer) => (answer.ok ? (await answer.json()).storyCount : 0),
      () => 0,
    );
    if (stories > 0) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('The demo did not start.');
}

/** Port 4000 if it is free, since it looks best in the pictures; else any free port. */
async function freePort(wanted = 4000) {
  const probe = createServer();
  const isFree = await new Promise((resolve) => {
    probe.once('error', () => resolve(false));
    probe.listen(wanted, '127.0.0.1', () => resolve(true));
  });
  if (!isFree) return freePort(0);
  const { port: free } = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  return free;
}
