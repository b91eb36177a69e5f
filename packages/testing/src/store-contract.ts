import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createIds } from './create-ids.js';
import { describeDeliveries } from './store-contract/deliveries-contract.js';
import { describeDeliveryRemoval } from './store-contract/delivery-removal-contract.js';
import { describeFiles } from './store-contract/files-contract.js';
import { describeIdempotency } from './store-contract/idempotency-contract.js';
import { describeIssues } from './store-contract/issues-contract.js';
import { describeItemStates } from './store-contract/item-states-contract.js';
import { describeJobs } from './store-contract/jobs-contract.js';
import { describeProjects } from './store-contract/projects-contract.js';
import { describeRunRemoval } from './store-contract/run-removal-contract.js';
import { describeRuns } from './store-contract/runs-contract.js';
import { describeSecrets } from './store-contract/secrets-contract.js';
import { describeSheets } from './store-contract/sheets-contract.js';
import type { StoreUnderTest, Suite } from './store-contract/store-under-test.js';
import { describeTemplates } from './store-contract/templates-contract.js';
import { describeUploads } from './store-contract/uploads-contract.js';

export type { StoreUnderTest } from './store-contract/store-under-test.js';

/**
 * The behaviour that every implementation of the store port must have. `makeStore` returns an empty store. All tests
 * share it and use their own projects, as tenants share a database.
 */
export function describeStoreContract(name: string, makeStore: () => Promise<StoreUnderTest>): void {
  describe(`${name} as a store`, () => {
    let made: StoreUnderTest | undefined;
    const current = (): StoreUnderTest => {
      if (made === undefined) throw new Error('the store was not made');
      return made;
    };
    beforeAll(async () => {
      made = await makeStore();
    });
    afterAll(() => made?.close());

    const suite: Suite = { current, store: () => current().store, newId: createIds() };
    describeProjects(suite);
    describeTemplates(suite);
    describeJobs(suite);
    describeRuns(suite);
    describeRunRemoval(suite);
    describeIssues(suite);
    describeDeliveries(suite);
    describeDeliveryRemoval(suite);
    describeItemStates(suite);
    describeUploads(suite);
    describeFiles(suite);
    describeSheets(suite);
    describeIdempotency(suite);
    describeSecrets(suite);

    it('answers a ping', async () => {
      await expect(suite.store().ping()).resolves.toBeUndefined();
    });
  });
}
