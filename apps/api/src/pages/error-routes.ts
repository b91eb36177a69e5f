import { ERRORS, type ErrorCode } from '@inlet/contracts';
import type { FastifyPluginAsync } from 'fastify';

/** Serves the page that the `type` of a problem document names: every code, its meaning, and what to do. */
export const errorRoutes: FastifyPluginAsync = async (app) => {
  const page = makePage();
  app.get(
    '/errors',
    {
      exposeHeadRoute: true,
      helmet: { contentSecurityPolicy: { directives: { 'script-src': ["'none'"] } } },
      schema: { hide: true },
    },
    async (_request, reply) => reply.type('text/html; charset=utf-8').send(page),
  );
};

const STYLE = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 46rem; margin: 0 auto; padding: 2rem 1rem 6rem; }
h1 { font-size: 1.75rem; line-height: 1.2; }
section { padding: 1rem; border-top: 1px solid color-mix(in srgb, currentcolor 15%, transparent); }
section:target { background: color-mix(in srgb, royalblue 14%, transparent); border-radius: 8px; }
h2 { margin: 0; font-size: 1.05rem; overflow-wrap: anywhere; }
h2 a { color: inherit; text-decoration: none; }
h2 a:hover { text-decoration: underline; }
p { margin: 0.25rem 0 0; }
.status { float: inline-end; opacity: 0.65; font-variant-numeric: tabular-nums; }
code { font: 0.9em ui-monospace, monospace; }
`;

const makePage = (): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Errors of Inlet</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>Errors of Inlet</h1>
<p>A failed request answers with a problem document (RFC 9457). Its <code>code</code> never changes its meaning.</p>
${Object.keys(ERRORS)
  .map((code) => sectionOf(code as ErrorCode))
  .join('\n')}
</main>
</body>
</html>
`;

function sectionOf(code: ErrorCode): string {
  const { status, title, help } = ERRORS[code];
  return `<section id="${code}"><span class="status">${status}</span><h2><a href="#${code}"><code>${code}</code></a></h2><p>${toHtml(title)}.</p><p>${toHtml(help)}</p></section>`;
}

/** The texts of the table mark names with backticks. */
const toHtml = (text: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll(/`([^`]*)`/g, '<code>$1</code>');
