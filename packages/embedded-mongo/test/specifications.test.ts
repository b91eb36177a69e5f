import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BSON } from 'bson';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NotApplicable } from './specification/match-result.js';
import { unmetRequirement } from './specification/requirements.js';
import { runSpecificationTest, type SpecificationFile } from './specification/run-test.js';
import { startTestServer, type TestServer } from './start-test-server.js';

const DIRECTORY = join(
  import.meta.dirname,
  '../../../../shared/data/mongodb-specifications/crud/tests/unified',
);

/** The cases that this server does not pass, by file and description, each with the reason. */
const KNOWN_FAILURES: Record<string, string> = {
  'estimatedDocumentCount.json: estimatedDocumentCount works correctly on views': 'there are no views',
};

/** The driver replaces a null `_id` before it sends a document, so these say nothing about a server. */
const isLeftToTheDriver = (file: string, description: string): boolean =>
  file === 'create-null-ids.json' && description.startsWith('inserting');

describe.skipIf(!existsSync(DIRECTORY))("the official drivers' CRUD specifications", () => {
  let test: TestServer;

  beforeAll(async () => {
    test = await startTestServer();
  });
  afterAll(() => test.end());

  it('pass, but for a short list of known reasons', async () => {
    const passed: string[] = [];
    const failed: Record<string, string> = {};
    for (const file of readdirSync(DIRECTORY).filter((name) => name.endsWith('.json'))) {
      const specification = BSON.EJSON.parse(
        readFileSync(join(DIRECTORY, file), 'utf8'),
      ) as SpecificationFile;
      for (const one of specification.tests) {
        const isSkipped =
          one.skipReason ??
          unmetRequirement(specification.runOnRequirements) ??
          unmetRequirement(one.runOnRequirements);
        if (isSkipped !== undefined || isLeftToTheDriver(file, one.description)) continue;
        const name = `${file}: ${one.description}`;
        try {
          await runSpecificationTest(specification, one, { uri: test.server.uri, admin: test.client });
          passed.push(name);
        } catch (error) {
          if (!(error instanceof NotApplicable)) failed[name] = (error as Error).message;
        }
      }
    }
    expect(Object.keys(failed), JSON.stringify(failed, null, 1)).toEqual(Object.keys(KNOWN_FAILURES));
    expect(passed.length).toBeGreaterThan(358);
    expect(passed.length / (passed.length + Object.keys(failed).length)).toBeGreaterThan(0.99);
    expect(test.faults).toEqual([]);
  }, 120_000);
});
