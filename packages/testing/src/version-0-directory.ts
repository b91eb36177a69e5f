import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

/** A document as the store of version 0 returned it, with the names of that time; dates are text. */
export interface OldDocument {
  readonly id: string;
  readonly projectId: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests compare members of any form.
  readonly [name: string]: any;
}

interface OldCredentials {
  readonly project: { readonly id: string };
  readonly secretKeyHash: string;
  readonly publishableKeyHash: string;
  readonly userTokenSecret: string;
  readonly webhookSecrets: readonly string[];
}

/** The documents as the store of version 0 read them. `fixtures/version-0/README.md` tells the history of each job. */
export interface Version0State {
  readonly projects: readonly OldCredentials[];
  readonly templates: readonly OldDocument[];
  readonly jobs: readonly OldDocument[];
  readonly runs: readonly OldDocument[];
  /** With `bodyDigest`, the SHA-256 of the body; null if that is gone. */
  readonly deliveries: readonly OldDocument[];
  /** By id of the run. */
  readonly issues: Readonly<Record<string, readonly unknown[]>>;
  /** SHA-256 by id of the job. */
  readonly itemStates: Readonly<Record<string, string>>;
  /** Ids of unfinished runs by the label of their job. */
  readonly runOf: Readonly<Record<string, string>>;
  readonly keys: readonly { readonly projectId: string; readonly secretKey: string }[];
  /** The response to the request that made the job "Succeeded" under the idempotency key `create-job-once`. */
  readonly createResponse: object;
  readonly feedOrigin: string;
  readonly receiverOrigin: string;
}

export interface Version0Directory {
  readonly dataDir: string;
  readonly encryptionKey: Buffer;
  readonly state: Version0State;
  readonly remove: () => void;
}

const FIXTURE = new URL('../fixtures/version-0/', import.meta.url);

/** A fresh copy of the data directory that an Inlet of version 0 left. */
export function copyVersion0Directory(): Version0Directory {
  const dataDir = mkdtempSync(join(tmpdir(), 'inlet-version-0-'));
  const read = (name: string) => readFileSync(new URL(name, FIXTURE));
  writeFileSync(join(dataDir, 'data.mdb'), gunzipSync(read('data.mdb.gz')));
  copyFileSync(new URL('encryption.key', FIXTURE), join(dataDir, 'encryption.key'));
  return {
    dataDir,
    encryptionKey: Buffer.from(read('encryption.key').toString(), 'base64'),
    state: JSON.parse(gunzipSync(read('expected.json.gz')).toString()),
    remove: () => rmSync(dataDir, { recursive: true, force: true }),
  };
}
