import { execFileSync } from 'node:child_process';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { createInletClient } from '@inlet/client';

/** Serves a page of another origin that contains only the script of the widget, for one template. */
export async function startHost({ baseUrl, env }, template) {
  const cli = join(createRequire(import.meta.url).resolve('@inlet/api/package.json'), '../dist/cli.js');
  const create = ['project', 'create', '--name', 'Widget', '--development', '--json'];
  const { publishableKey, secretKey } = JSON.parse(execFileSync(process.execPath, [cli, ...create], { env }));
  await createInletClient({ baseUrl, secretKey }).templates.create(template);
  const options = { publishableKey, templateId: template.code, externalUserId: 'ada', locale: 'en' };
  const html = `<!doctype html><html lang="en"><title>Host</title><link rel="icon" href="data:,">
<script src="${baseUrl}/embed/inlet.js"></script>
<script>window.inlet = Inlet.init(${JSON.stringify(options)})</script></html>`;
  const server = createServer((_, response) =>
    response.writeHead(200, { 'content-type': 'text/html' }).end(html),
  );
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${server.address().port}/`, close: () => server.close() };
}
