import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BSON } from 'bson';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { namesWithoutCase, reasonToSkip } from './specification/exclusions.js';
import { NotApplicable } from './specification/match-result.js';
import { runSpecificationTest, type SpecificationFile } from './specification/run-test.js';
import { startTestServer, type TestServer } from './start-test-server.js';

/** The folder `source` of the public repository mongodb/specifications. */
const SPECIFICATIONS = process.env.INLET_MONGO_SPECIFICATIONS;

describe("the official drivers' CRUD specifications", () => {
  if (SPECIFICATIONS === undefined) {
    it.skip('skipped: INLET_MONGO_SPECIFICATIONS does not name their folder (see docs/embedded-mongo.md)', () => {});
    return;
  }
  const directory = join(SPECIFICATIONS, 'crud/tests/unified');
  let test: TestServer;

  beforeAll(async () => {
    test = await startTestServer();
  });
  afterAll(() => test.end());

  const names: string[] = [];
  let runs = 0;
  for (const fileName of readdirSync(directory).filter((name) => name.endsWith('.json'))) {
    const file = BSON.EJSON.parse(readFileSync(join(directory, fileName), 'utf8')) as SpecificationFile;
    for (const one of file.tests) {
      const name = `${fileName}: ${one.description}`;
      names.push(name);
      const reason = reasonToSkip(name, file, one);
      if (reason !== undefined) it.skip(`${name} (skipped: ${reason})`, () => {});
      else
        it(name, async ({ skip }) => {
          try {
            await runSpecificationTest(file, one, { uri: test.server.uri, admin: test.client });
            runs++;
          } catch (error) {
            if (error instanceof NotApplicable) skip(`skipped: ${error.message}`);
            throw error;
          }
        });
    }
  }

  it('leave no fault behind, and no exclusion without a case', () => {
    expect(test.faults).toEqual([]);
    expect(namesWithoutCase(names)).toEqual([]);
    expect(runs).toBeGreaterThan(200);
  });
});
