export { type AesCipherOptions, type Cipher, createAesCipher, encryptionKeyId } from './create-aes-cipher.js';
export { createMongoStore, type MongoStoreOptions } from './create-mongo-store.js';
export { translateDriverErrors } from './driver-errors.js';
export { countSecretsByKey, type ResealOptions, resealSecrets } from './reseal-secrets.js';
