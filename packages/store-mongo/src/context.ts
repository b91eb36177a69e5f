import type { Cipher } from './create-aes-cipher.js';
import type { Collections } from './create-collections.js';
import type { Models } from './create-models.js';

/** What every operation works on. */
export interface Context {
  readonly models: Models;
  readonly collections: Collections;
  readonly cipher: Cipher;
}
