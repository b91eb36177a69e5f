import { expect, it } from 'vitest';
import { headerNameSchema } from './primitives.js';

it.each([
  ['Host', 'is set by Inlet itself'],
  ['webhook-Signature', 'is set by Inlet itself'],
  ['__proto__', 'cannot be sent as a header'],
  ['constructor', 'cannot be sent as a header'],
  ['Common', 'cannot be sent as a header'],
])('a refusal of the header %s names it', (name, reason) => {
  expect(headerNameSchema.safeParse(name).error?.issues.map(({ message }) => message)).toEqual([
    `"${name}" ${reason}`,
  ]);
});
