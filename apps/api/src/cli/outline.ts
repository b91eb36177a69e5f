import { createReadStream } from 'node:fs';
import { type OutlineResponse, recordPathSchema } from '@inlet/contracts';
import { DEFAULT_READ_LIMITS, outlineSource } from '@inlet/pipeline';
import { openNetwork } from '../open-context.js';
import { type Command, type Invocation, UsageError } from './command.js';
import { outlineTable } from './outline-table.js';

export const outlineCommand: Command = {
  usage: 'outline URL-OR-FILE [--record-path PATH] [--json]',
  summary: 'Print the format, record path and headings of a source.',
  options: { 'record-path': { type: 'string' }, json: { type: 'boolean' } },
  wordCount: 1,
  run: async (invocation) => {
    const { words, print, isSet } = invocation;
    const [source = ''] = words;
    const response = /^https?:\/\//i.test(source)
      ? await outlineUrl(source, invocation)
      : await outlineFile(source, invocation);
    print(isSet('json') ? JSON.stringify(response, null, 2) : outlineTable(response));
  },
};

async function outlineUrl(url: string, invocation: Invocation): Promise<OutlineResponse> {
  const config = invocation.config();
  const network = openNetwork(config, { version: invocation.version, now: () => new Date() });
  try {
    const limits = {
      maxBytes: DEFAULT_READ_LIMITS.maxSourceBytes,
      deadlineMs: config.outlineDeadlineMs,
    };
    const opened = await network.connectors.url.open({ kind: 'url', url }, { since: null, limits });
    if (opened.kind !== 'bytes') throw new Error('The site answered 304 to a request without conditions.');
    const { bytes, finalUrl, hints } = opened;
    return {
      ...(await outlineSource(bytes, {
        ...optionsOf(invocation),
        hints,
      })),
      finalUrl,
    };
  } finally {
    network.close();
  }
}

async function outlineFile(path: string, invocation: Invocation): Promise<OutlineResponse> {
  const file = createReadStream(path);
  try {
    return { ...(await outlineSource(file, optionsOf(invocation))), finalUrl: path };
  } catch (error) {
    if (error instanceof Error && 'syscall' in error)
      throw new UsageError(`${path} is neither a web address nor a file that can be read: ${error.message}.`);
    throw error;
  } finally {
    file.destroy();
  }
}

function optionsOf({ text, config }: Invocation) {
  const maxBytes = config().outlineMaxBytes;
  const given = text('record-path');
  if (given === undefined) return { maxBytes };
  const recordPath = recordPathSchema.safeParse(given);
  if (!recordPath.success)
    throw new UsageError(`A record path begins with a slash, as /rss/channel/item does.`);
  return { maxBytes, recordPath: recordPath.data };
}
