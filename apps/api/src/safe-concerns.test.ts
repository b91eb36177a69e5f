import mongoose from 'mongoose';
import { expect, test } from 'vitest';
import { SAFE_CONCERNS, withoutConcerns } from './safe-concerns.js';

const base = 'mongodb://user:secret@db-1,db-2/inlet';

test.each([
  ['', '', []],
  ['?replicaSet=rs&authSource=admin', '?replicaSet=rs&authSource=admin', []],
  ['?w=majority&journal=true&replicaSet=rs', '?replicaSet=rs', []],
  ['?readPreference=secondaryPreferred', '', ['readPreference']],
  ['?W=1&replicaSet=rs&wtimeoutMS=5000&j=false', '?replicaSet=rs&wtimeoutMS=5000', ['W', 'j']],
  [
    '?readConcernLevel=local&maxStalenessSeconds=120&readPreferenceTags=dc:east&readPreferenceTags=',
    '',
    ['readConcernLevel', 'maxStalenessSeconds', 'readPreferenceTags', 'readPreferenceTags'],
  ],
])('options of an address that weaken reads and writes are left out: %s', (options, kept, ignored) => {
  expect(withoutConcerns(`${base}${options}`)).toEqual({ address: `${base}${kept}`, ignored });
});

test('the driver reads from the primary and writes to the majority, whatever the address asks for', () => {
  const { address } = withoutConcerns(
    'mongodb://db/inlet?w=1&j=false&readPreference=nearest&readConcernLevel=local&wtimeoutMS=5000',
  );
  const { readPreference, readConcern, writeConcern } = new mongoose.mongo.MongoClient(address, SAFE_CONCERNS)
    .options;
  expect(readPreference.mode).toBe('primary');
  expect(readConcern.level).toBe('majority');
  expect(writeConcern).toMatchObject({ w: 'majority', journal: true });
});
