import { DEFAULT_USER_TOKENS, type Project, type Retention, type UserTokenSettings } from '@inlet/contracts';
import type { CredentialLists, ProjectCredentials, StoredKey, StoredSecret } from '@inlet/workflow';
import { Schema } from 'mongoose';
import type { Cipher } from './create-aes-cipher.js';
import { PART_OPTIONS, SCHEMA_OPTIONS } from './schema-parts.js';
import type { SealedText } from './sealing.js';

/** Keys are kept as SHA-256 hashes. The secrets that Inlet itself signs or verifies with are sealed. */
export interface ProjectDocument {
  _id: string;
  name: string;
  createdAt: Date;
  allowedOrigins: string[];
  shareMappings: boolean;
  retention: Retention;
  isDevelopment: boolean;
  /** Missing in projects that were never given any: they have the default. */
  userTokens?: UserTokenSettings;
  secretKeys: StoredKey[];
  publishableKeys: StoredKey[];
  userTokenSecrets: SealedSecret[];
  webhookSecrets: SealedSecret[];
  credentialsRevision: number;
}

interface SealedSecret {
  sealed: string;
  validUntil: Date | null;
}

const required = true;

const keySchema = new Schema<StoredKey>(
  {
    hash: { type: String, required },
    prefix: { type: String, default: null },
    validUntil: { type: Date, default: null },
  },
  PART_OPTIONS,
);
const secretSchema = new Schema<SealedSecret>(
  { sealed: { type: String, required }, validUntil: { type: Date, default: null } },
  PART_OPTIONS,
);

const userTokensSchema = new Schema<UserTokenSettings>(
  {
    audience: { type: String, default: null },
    requireTemplate: { type: Boolean, required },
    jwksUrl: { type: String, default: null },
    allowHs256: { type: Boolean, required },
  },
  PART_OPTIONS,
);

const retentionPart = new Schema<Retention>(
  { days: { type: Number, required }, deleteWhenDelivered: { type: Boolean, required } },
  PART_OPTIONS,
);

export const projectSchema: Schema<ProjectDocument> = new Schema<ProjectDocument>(
  {
    _id: { type: String, required },
    name: { type: String, required },
    createdAt: { type: Date, required },
    allowedOrigins: { type: [String], required },
    isDevelopment: { type: Boolean, required },
    userTokens: { type: userTokensSchema, default: undefined },
    shareMappings: { type: Boolean, required },
    retention: { type: retentionPart, required },
    secretKeys: { type: [keySchema], required },
    publishableKeys: { type: [keySchema], required },
    userTokenSecrets: { type: [secretSchema], required },
    webhookSecrets: { type: [secretSchema], required },
    credentialsRevision: { type: Number, required },
  },
  { ...SCHEMA_OPTIONS, collection: 'projects' },
);

// findByKeyHash. Unique, because two projects must never share a key.
projectSchema.index({ 'secretKeys.hash': 1 }, { unique: true });
projectSchema.index({ 'publishableKeys.hash': 1 }, { unique: true });

const tokenContext = (projectId: string): string => `project:${projectId}:userTokenSecret`;
const webhookContext = (projectId: string): string => `project:${projectId}:webhookSecret`;

export const listProjectSecrets = ({
  _id,
  userTokenSecrets,
  webhookSecrets,
}: Pick<ProjectDocument, '_id' | 'userTokenSecrets' | 'webhookSecrets'>): SealedText[] => [
  ...userTokenSecrets.map(({ sealed: text }, i) => ({
    path: `userTokenSecrets.${i}.sealed`,
    text,
    context: tokenContext(_id),
  })),
  ...webhookSecrets.map(({ sealed: text }, i) => ({
    path: `webhookSecrets.${i}.sealed`,
    text,
    context: webhookContext(_id),
  })),
];

type PublicFields = Pick<
  ProjectDocument,
  | '_id'
  | 'name'
  | 'createdAt'
  | 'allowedOrigins'
  | 'isDevelopment'
  | 'userTokens'
  | 'shareMappings'
  | 'retention'
>;

export const PUBLIC_FIELDS = {
  name: 1,
  createdAt: 1,
  allowedOrigins: 1,
  isDevelopment: 1,
  userTokens: 1,
  shareMappings: 1,
  retention: 1,
} as const;

export const toProject = ({
  _id: id,
  name,
  createdAt,
  allowedOrigins,
  isDevelopment,
  userTokens = DEFAULT_USER_TOKENS,
  shareMappings,
  retention,
}: PublicFields): Project => ({
  id,
  name,
  createdAt,
  allowedOrigins,
  isDevelopment,
  userTokens,
  shareMappings,
  retention,
});

type StoredLists = Pick<
  ProjectDocument,
  'secretKeys' | 'publishableKeys' | 'userTokenSecrets' | 'webhookSecrets'
>;

interface ProjectSealing {
  readonly projectId: string;
  readonly cipher: Cipher;
}

/** The stored form of the lists, with sealed secrets. */
export function toStoredLists(lists: CredentialLists, { projectId, cipher }: ProjectSealing): StoredLists {
  const seal = (secrets: readonly StoredSecret[], context: string): SealedSecret[] =>
    secrets.map(({ value, validUntil }) => ({ sealed: cipher.encrypt(value, context), validUntil }));
  return {
    secretKeys: [...lists.secretKeys],
    publishableKeys: [...lists.publishableKeys],
    userTokenSecrets: seal(lists.userTokenSecrets, tokenContext(projectId)),
    webhookSecrets: seal(lists.webhookSecrets, webhookContext(projectId)),
  };
}

export const toProjectDocument = (
  { project: { id, ...project }, revision, ...lists }: ProjectCredentials,
  cipher: Cipher,
): ProjectDocument => ({
  ...project,
  allowedOrigins: [...project.allowedOrigins],
  _id: id,
  ...toStoredLists(lists, { projectId: id, cipher }),
  credentialsRevision: revision,
});

export const toProjectCredentials = (document: ProjectDocument, cipher: Cipher): ProjectCredentials => {
  const { _id: projectId, secretKeys, publishableKeys, credentialsRevision: revision } = document;
  const open = (secrets: readonly SealedSecret[], context: string): StoredSecret[] =>
    secrets.map(({ sealed, validUntil }) => ({ value: cipher.decrypt(sealed, context), validUntil }));
  return {
    project: toProject(document),
    secretKeys,
    publishableKeys,
    userTokenSecrets: open(document.userTokenSecrets, tokenContext(projectId)),
    webhookSecrets: open(document.webhookSecrets, webhookContext(projectId)),
    revision,
  };
};
