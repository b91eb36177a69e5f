// usage: node drive.mjs <scheme> <width> <locale> <out-prefix>

import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { chromium } from '/work/main/apps/widget/node_modules/playwright-core/index.mjs';

const [scheme = 'light', width = '1280', locale = 'en', prefix = 'a'] = process.argv.slice(2);
const project = JSON.parse(readFileSync('/tmp/wdev-project.json', 'utf8'));
const base = 'http://127.0.0.1:4861';
const items = Array.from(
  { length: 42 },
  (_, i) =>
    `<item><title>Story number ${i + 1}: the night train opens early</title><link>https://times.example/s/${i + 1}</link><guid>s-${i + 1}</guid><pubDate>${new Date(Date.now() - i * 3600e3 * 3 - 3 * 3600e3).toUTCString()}</pubDate><category>City</category><category>Rail</category><dc:creator>Ada Brook</dc:creator><description><![CDATA[<p>What happened &amp; why.</p>]]></description>${i % 7 === 3 ? '' : `<price>${i % 9 === 4 ? 'much' : (i * 1.5).toFixed(2)}</price>`}<media:content url="https://times.example/p/${i + 1}.jpg"/></item>`,
).join('');
const feed = `<?xml version="1.0"?><rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:media="http://search.yahoo.com/mrss/"><channel><title>The Example Times</title><link>https://times.example/</link><description>d</description>${items}</channel></rss>`;
const server = createServer((req, res) => {
  if (req.url === '/feed.xml') return res.setHeader('content-type', 'application/rss+xml').end(feed);
  if (req.url === '/page')
    return res
      .setHeader('content-type', 'text/html')
      .end(
        '<html><head><link rel="alternate" type="application/rss+xml" title="News" href="/feed.xml"><link rel="alternate" type="application/atom+xml" title="Comments" href="/c.xml"></head><body>hi</body></html>',
      );
  if (req.url === '/401') {
    res.statusCode = 401;
    return res.end();
  }
  if (req.url === '/hook') {
    req.resume();
    return res.end();
  }
  if (req.url.startsWith('/host'))
    return res
      .setHeader('content-type', 'text/html')
      .end(`<!doctype html><html style="font-family:Georgia"><body style="margin:40px;background:${scheme === 'dark' ? '#222' : '#eef'}"><h1>Host app</h1><button id=o>Import</button><script src="${base}/embed/inlet.js"></script><script>
  window.events=[]; const i=Inlet.init({publishableKey:'${project.publishableKey}',templateId:'stories',externalUserId:'u1',locale:'${locale}',appearance:{colorScheme:'${scheme}'}}); for(const e of ['ready','open','close','jobCreated','jobUpdated','error']) i.on(e,d=>events.push([e,d])); o.onclick=()=>i.open(); window.inlet=i;</script></body></html>`);
  res.statusCode = 404;
  res.end();
});
await new Promise((r) => server.listen(4862, '127.0.0.1', r));
const api = (m, p, b) =>
  fetch(base + p, {
    method: m,
    headers: { accesskey: project.secretKey, 'content-type': 'application/json' },
    body: b && JSON.stringify(b),
  }).then(async (r) => [r.status, await r.text()]);
const t = await api('POST', '/v1/templates', {
  code: 'stories',
  name: 'Stories',
  destination: { url: 'http://127.0.0.1:4862/hook' },
  columns: [
    { key: 'title', name: 'Title', required: true },
    { key: 'url', name: 'Link', type: 'url', required: true },
    { key: 'published', name: 'Published', type: 'date_time' },
    { key: 'author', name: 'Author', alternativeNames: ['creator'] },
    { key: 'topics', name: 'Topics' },
    { key: 'price', name: 'Price', type: 'number', description: 'In euros' },
    { key: 'image', name: 'Image', type: 'image_url' },
    {
      key: 'status',
      name: 'Status',
      type: 'select',
      required: true,
      options: [
        { value: 'draft', label: 'Draft' },
        { value: 'live', label: 'Live' },
      ],
    },
    { key: 'note', name: 'Internal note' },
  ],
});
if (t[0] >= 400 && !t[1].includes('code_taken')) console.log('template', t);
const browser = await chromium.launch({
  executablePath: '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'],
});
const page = await browser.newPage({ viewport: { width: +width, height: 800 }, locale });
page.on('console', (m) => console.log('console', m.type(), m.text().slice(0, 300)));
page.on('pageerror', (e) => console.log('pageerror', String(e).slice(0, 400)));
let n = 0;
const shot = async (name) => {
  await page.waitForTimeout(250);
  await page.screenshot({ path: `/tmp/shots/${prefix}-${String(++n).padStart(2, '0')}-${name}.png` });
};
await page.goto('http://127.0.0.1:4862/host');
await page.click('#o');
const f = page.frameLocator('iframe');

export { api, browser, f, page, project, server, shot };

try {
  await f.locator('main h1').waitFor({ timeout: 8000 });
  await shot('configure');
  const steps = process.env.STEPS ?? 'all';
  const next = () => f.locator('footer button[type=submit]').click();
  await f.locator('input').first().fill('http://127.0.0.1:4862/page');
  await next();
  await f.locator('ul li button').first().waitFor();
  await shot('feeds');
  await f.locator('input').first().fill('127.0.0.1:4862/401');
  await f.locator('input').first().fill('http://127.0.0.1:4862/401');
  await next();
  await f.locator('[role=alert]').waitFor();
  await shot('unauthorized');
  await f.locator('input').first().fill('http://127.0.0.1:4862/feed.xml');
  await next();
  await f.locator('table').waitFor();
  await shot('found');
  await next();
  await f.locator('table tbody tr').nth(3).waitFor();
  await shot('map');
  await f.locator('#pick-image').scrollIntoViewIfNeeded();
  await f.locator('#pick-image').click();
  await shot('picker');
  await page.keyboard.press('Escape');
  await next();
  await shot('map-missing');
  await page.keyboard.press('Enter');
  await page.waitForTimeout(200);
  await page.keyboard.press('Escape');
  await page.waitForTimeout(200);
  await f.locator('#pick-status').click();
  await f
    .locator('[data-combobox-option]')
    .filter({ has: f.locator('svg') })
    .first()
    .click();
  await f.locator('li:has(#pick-status) input').click();
  await f.locator('[role=option]:visible').last().click();
  await f.locator('li:has(#pick-price) button[aria-expanded]').last().click();
  await page.waitForTimeout(900);
  await shot('map-adjust');
  await f.locator('table').last().scrollIntoViewIfNeeded();
  await page.waitForTimeout(700);
  await shot('map-preview');
  await next();
  await f.locator('ol time, ol li time').first().waitFor();
  await shot('schedule');
  await next();
  await f.locator('dl').waitFor();
  await page.waitForTimeout(1800);
  await shot('confirm');
  await f.locator('footer').waitFor();
  await f.locator('main').evaluate((e) => e.scrollTo(0, 9999));
  await shot('confirm-end');
  await next();
  await page.waitForTimeout(1500);
  await shot('done');
  await f.locator('main button').nth(1).click();
  await f.locator('main ul li').first().waitFor();
  await page.waitForTimeout(400);
  await shot('imports');
  await f.locator('main ul li button').first().click();
  await page.waitForTimeout(1500);
  await shot('detail');
  console.log(JSON.stringify(await page.evaluate(() => window.events)));
} catch (e) {
  console.log('FAIL', String(e).slice(0, 600));
  await shot('fail');
}
await browser.close();
server.close();
process.exit(0);
