import { createHash, createHmac, pbkdf2Sync, randomBytes, timingSafeEqual } from 'node:crypto';
import { ServerError } from '../server-error.js';

/** The credentials of the only user, from which the password cannot be recovered. */
export interface ScramCredentials {
  username: string;
  salt: Buffer;
  storedKey: Buffer;
  serverKey: Buffer;
}

export const SCRAM_MECHANISM = 'SCRAM-SHA-256';
const ITERATIONS = 15_000;
const NONCE_BYTES = 24;

const hmac = (key: Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();

export function createScramCredentials(username: string, password: string): ScramCredentials {
  const salt = randomBytes(16);
  const salted = pbkdf2Sync(password, salt, ITERATIONS, 32, 'sha256');
  const storedKey = createHash('sha256').update(hmac(salted, 'Client Key')).digest();
  return { username, salt, storedKey, serverKey: hmac(salted, 'Server Key') };
}

/**
 * The server's side of one SCRAM-SHA-256 conversation.
 *
 * @see RFC 5802 and RFC 7677
 */
export class ScramConversation {
  private readonly credentials: ScramCredentials;
  private nonce = '';
  private exchanged = '';

  constructor(credentials: ScramCredentials) {
    this.credentials = credentials;
  }

  /** Answers the client's first message with the salt. */
  start(clientFirst: string): string {
    const bare = clientFirst.replace(/^[^,]*,[^,]*,/, '');
    const { n: username, r: clientNonce } = parseAttributes(bare);
    if (username !== this.credentials.username || clientNonce === undefined) throw authenticationFailed();
    this.nonce = clientNonce + randomBytes(NONCE_BYTES).toString('base64');
    const serverFirst = `r=${this.nonce},s=${this.credentials.salt.toString('base64')},i=${ITERATIONS}`;
    this.exchanged = `${bare},${serverFirst}`;
    return serverFirst;
  }

  /**
   * Checks the client's proof and answers with the server's.
   *
   * @throws ServerError 18 if the password is wrong.
   */
  finish(clientFinal: string): string {
    const { r: nonce, p: proof = '' } = parseAttributes(clientFinal);
    const signed = `${this.exchanged},${clientFinal.replace(/,p=.*$/, '')}`;
    const signature = hmac(this.credentials.storedKey, signed);
    const given = Buffer.from(proof, 'base64');
    if (this.nonce === '' || nonce !== this.nonce || given.length !== signature.length)
      throw authenticationFailed();
    const clientKey = Buffer.from(given.map((byte, i) => byte ^ (signature[i] as number)));
    const storedKey = createHash('sha256').update(clientKey).digest();
    if (!timingSafeEqual(storedKey, this.credentials.storedKey)) throw authenticationFailed();
    return `v=${hmac(this.credentials.serverKey, signed).toString('base64')}`;
  }
}

function parseAttributes(message: string): Record<string, string | undefined> {
  return Object.fromEntries(message.split(',').map((part) => [part.slice(0, 1), part.slice(2)]));
}

const authenticationFailed = (): ServerError =>
  new ServerError(18, 'AuthenticationFailed', 'Authentication failed.');
