import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { ensureChromium } from '../chromium.mjs';
import { nextFreePort } from '../ports.mjs';
import { copyExample } from './readme.mjs';
import { environment, run, start, waitFor } from './shell.mjs';

const VITE_HOST = fileURLToPath(new URL('vite-host', import.meta.url));
const INSTALL = ['install', '--no-audit', '--no-fund'];

const tarball = ({ address }, name) => `${address}/packages/${name}.tgz`;

/** Installs only the client and calls the API with it. */
export async function tryNodeHost(context) {
  const { home, env, address, keys } = context;
  const cwd = join(home, 'node-host');
  mkdirSync(cwd);
  writeFileSync(join(cwd, 'package.json'), '{ "name": "node-host", "private": true, "type": "module" }');
  await run('npm', [...INSTALL, tarball(context, 'client')], { cwd, env });
  writeFileSync(
    join(cwd, 'host.mjs'),
    `import { createInletClient, InletApiError } from '@inlet/client';
const inlet = createInletClient({ baseUrl: process.env.ADDRESS, secretKey: process.env.SECRET_KEY });
const names = [];
for await (const { code } of inlet.templates.list()) names.push(code);
console.log(names.join());
try { await inlet.importJobs.get('job_0'); } catch (error) { console.log(error instanceof InletApiError, error.code); }
`,
  );
  const settings = { ...env, ADDRESS: address, SECRET_KEY: keys.secretKey };
  const output = await run('node', ['host.mjs'], { cwd, env: settings });
  if (!/^articles\ntrue job_not_found\n$/.test(output)) throw new Error(`the host printed:\n${output}`);
}

export async function tryExampleReceiver(context) {
  const cwd = await copyExample(context, 'webhook-receiver-node');
  await run('npm', INSTALL, { cwd, env: context.env });
  const env = { ...context.env, PORT: '0', INLET_WEBHOOK_SECRET: context.keys.webhookSecret };
  const receiver = start('npm', ['start'], { cwd, env });
  context.cleanUp.push(() => receiver.end());
  await waitFor('the start of the receiver', () => receiver.output().match(/Waiting for deliveries/), {
    seconds: 60,
    output: receiver.output,
  });
}

/** A fresh Vite app: types without skipLibCheck, a production build, and the widget in a browser. */
export async function tryViteHost(context) {
  const cwd = join(context.home, 'vite-host');
  cpSync(VITE_HOST, cwd, { recursive: true });
  const env = {
    ...context.env,
    VITE_INLET_URL: context.address,
    VITE_INLET_KEY: context.keys.publishableKey,
  };
  await run('npm', [...INSTALL, tarball(context, 'react')], { cwd, env });
  await run('npx', ['tsc'], { cwd, env });
  await run('npx', ['vite', 'build'], { cwd, env });
  const port = await nextFreePort(20_000 + (process.pid % 20_000));
  const host = start('npx', ['vite', 'preview', '--host', '127.0.0.1', '--port', String(port)], { cwd, env });
  context.cleanUp.push(() => host.end());
  await inBrowser(`http://127.0.0.1:${port}`, host.output, async (page) => {
    await page.getByRole('button', { name: 'Import articles' }).click();
    await page.locator('#seen', { hasText: 'ready' }).waitFor({ timeout: 60_000 });
    await page.frameLocator('dialog iframe').getByRole('textbox').first().waitFor();
  });
}

/** The example as a host would take it: built, started, and filled through its webhook route. */
export async function tryNextHost(context) {
  const { address, keys, cleanUp } = context;
  const cwd = await copyExample(context, 'nextjs');
  const port = await nextFreePort(20_000 + (process.pid % 20_000));
  const env = environment(context.home, { NODE_ENV: 'production' });
  writeFileSync(
    join(cwd, '.env.local'),
    `NEXT_PUBLIC_INLET_URL=${address}
NEXT_PUBLIC_INLET_KEY=${keys.publishableKey}
INLET_SECRET_KEY=${keys.secretKey}
INLET_USER_TOKEN_SECRET=${keys.userTokenSecret}
INLET_WEBHOOK_SECRET=${keys.webhookSecret}
`,
  );
  await run('npm', [...INSTALL, '--include=dev'], { cwd, env });
  await run('npx', ['next', 'build'], { cwd, env });
  const host = start('npx', ['next', 'start', '--hostname', '127.0.0.1', '--port', String(port)], {
    cwd,
    env,
  });
  cleanUp.push(() => host.end());
  const hostAddress = `http://127.0.0.1:${port}`;
  await createImport(context, `${hostAddress}/api/inlet-webhook`);
  await inBrowser(hostAddress, host.output, async (page) => {
    await waitFor(
      'the first article',
      async () => {
        await page.reload();
        return (await page.locator('li a').count()) > 0 || null;
      },
      { seconds: 60, output: host.output },
    );
    await page.getByRole('button', { name: 'Import articles' }).click();
    await page.frameLocator('dialog iframe').getByRole('textbox').first().waitFor({ timeout: 60_000 });
    await page.goto(`${hostAddress}/imports`);
    const job = page.locator('form', { has: page.getByRole('heading', { name: 'Newcomer' }) });
    await job.getByRole('button', { name: 'pause' }).click();
    await job.getByRole('button', { name: 'resume' }).waitFor();
  });
}

/** Sends the articles of the example's user to the example. */
async function createImport({ address, keys }, destination) {
  const call = async (method, path, body) => {
    const response = await fetch(`${address}/v1${path}`, {
      method,
      headers: { accesskey: keys.secretKey, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`${method} ${path}: ${await response.text()}`);
    return response.json();
  };
  const { items } = await (
    await fetch(`${address}/v1/templates`, { headers: { accesskey: keys.secretKey } })
  ).json();
  const template = items.find(({ code }) => code === 'articles');
  await call('PATCH', `/templates/${template.id}`, { destination: { url: destination } });
  await call('POST', '/import-jobs', {
    templateId: 'articles',
    externalUserId: 'user-42',
    label: 'Newcomer',
    source: { kind: 'url', url: `${address}/demo/feeds/gazette.xml` },
    recordPath: '/rss/channel/item',
    mapping: [
      { column: 'title', path: 'title' },
      { column: 'url', path: 'link' },
    ],
    schedule: { kind: 'hours' },
    runNow: true,
  });
}

async function inBrowser(address, output, use) {
  await waitFor(
    'the start of the host',
    () =>
      fetch(address).then(
        ({ ok }) => ok || null,
        () => null,
      ),
    {
      seconds: 60,
      output,
    },
  );
  const browser = await chromium.launch({ executablePath: ensureChromium(), args: ['--no-sandbox'] });
  try {
    const page = await browser.newPage();
    await page.goto(address);
    await use(page);
  } finally {
    await browser.close();
  }
}
