import { BUILT_FILES } from '../pages/built-files.js';
import { createEmbedScript, embedTag } from '../pages/embed-script.js';
import type { Command } from './command.js';

export const embedCommand: Command = {
  usage: 'embed [--json]',
  summary: 'Print the script tag for pages that show the widget, with its integrity hash.',
  options: { json: { type: 'boolean' } },
  wordCount: 0,
  run: async ({ config, version, isSet, print }) => {
    const { publicUrl, port } = config();
    const baseUrl = publicUrl ?? `http://127.0.0.1:${port}`;
    const { integrity } = await createEmbedScript(BUILT_FILES).read();
    const tag = embedTag({ baseUrl, version, integrity });
    print(isSet('json') ? JSON.stringify({ version, integrity, tag }) : tag);
  },
};
