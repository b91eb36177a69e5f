// The pages of the rivals in the browser. Their packages are installed beside the generated files when first needed: nobody
// else needs them.
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const PACKAGES = [
  '@importcsv/react@0.6.1',
  'react-spreadsheet-import@4.7.1',
  'react@18.3.1',
  'react-dom@18.3.1',
  'zod@3.25.76',
  // react-spreadsheet-import does not name these, which it needs.
  '@chakra-ui/icon@3.2.0',
  '@chakra-ui/popper@3.1.0',
  '@chakra-ui/react-context@2.1.0',
  '@chakra-ui/system@2.6.2',
];
const RIVAL_PAGES = ['importcsv', 'react-spreadsheet-import'];
const TYPES = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css' };
const folder = fileURLToPath(new URL('../data/rivals', import.meta.url));
const sources = fileURLToPath(new URL('../rivals/browser', import.meta.url));

/** Serves one page for each rival; resolves with their address and `close`. */
export async function serveRivals() {
  install();
  await build({
    root: folder,
    logLevel: 'error',
    configFile: false,
    define: { 'process.env': {} },
    build: {
      outDir: join(folder, 'dist'),
      emptyOutDir: true,
      rolldownOptions: { input: RIVAL_PAGES.map((name) => join(folder, `${name}.html`)) },
    },
  });
  const server = createServer((request, response) => {
    const path = join(folder, 'dist', new URL(request.url, 'http://localhost').pathname);
    if (!existsSync(path)) return response.writeHead(404).end();
    response.writeHead(200, { 'content-type': TYPES[extname(path)] ?? 'text/plain' }).end(readFileSync(path));
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${server.address().port}`, close: () => server.close() };
}

function install() {
  mkdirSync(folder, { recursive: true });
  if (!existsSync(join(folder, 'node_modules/zod'))) {
    writeFileSync(join(folder, 'package.json'), '{"private":true,"type":"module"}\n');
    const args = ['install', '--no-audit', '--no-fund', '--legacy-peer-deps', ...PACKAGES];
    execFileSync('npm', args, { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
  }
  for (const name of RIVAL_PAGES) {
    cpSync(join(sources, `${name}.mjs`), join(folder, `${name}.mjs`));
    const html = `<!doctype html><html lang="en"><div id="root"></div><script type="module" src="./${name}.mjs"></script></html>\n`;
    writeFileSync(join(folder, `${name}.html`), html);
  }
}
