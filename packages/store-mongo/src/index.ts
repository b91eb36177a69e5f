export { type AesCipherOptions, type Cipher, createAesCipher } from './create-aes-cipher.js';
export { createMongoStore, type MongoStoreOptions } from './create-mongo-store.js';
export { translateDriverErrors } from './driver-errors.js';
