import { createHash } from 'node:crypto';

/** Digits of an id, as `newId` writes them. */
const DIGITS = '0123456789abcdefghjkmnpqrstvwxyz';
const ID_LENGTH = 26;

/**
 * Id of a delivery that follows from another one: the half of a batch, or a replay. Whoever repeats the work after a
 * crash stores no second one.
 */
export function derivedDeliveryId(id: string, part: string): string {
  const digest = createHash('sha256').update(`${id}/${part}`).digest();
  const digits = Array.from({ length: ID_LENGTH }, (_, index) => DIGITS[digest[index]! % DIGITS.length]);
  return `dlv_${digits.join('')}`;
}
