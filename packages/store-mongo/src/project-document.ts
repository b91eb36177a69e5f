import type { Project } from '@inlet/contracts';
import type { ProjectCredentials } from '@inlet/workflow';
import { Schema } from 'mongoose';
import type { Cipher } from './create-aes-cipher.js';
import { SCHEMA_OPTIONS } from './schema-parts.js';

/** Keys are kept as SHA-256 hashes. The secrets that Inlet itself signs or verifies with are sealed. */
export interface ProjectDocument {
  _id: string;
  name: string;
  createdAt: Date;
  allowedOrigins: string[];
  isDevelopment: boolean;
  secretKeyHash: string;
  publishableKeyHash: string;
  userTokenSecret: string;
  webhookSecrets: string[];
}

const required = true;

export const projectSchema: Schema<ProjectDocument> = new Schema<ProjectDocument>(
  {
    _id: { type: String, required },
    name: { type: String, required },
    createdAt: { type: Date, required },
    allowedOrigins: { type: [String], required },
    isDevelopment: { type: Boolean, required },
    secretKeyHash: { type: String, required },
    publishableKeyHash: { type: String, required },
    userTokenSecret: { type: String, required },
    webhookSecrets: { type: [String], required },
  },
  { ...SCHEMA_OPTIONS, collection: 'projects' },
);

// findByKeyHash. Unique, because two projects must never share a key.
projectSchema.index({ secretKeyHash: 1 }, { unique: true });
projectSchema.index({ publishableKeyHash: 1 }, { unique: true });

const tokenContext = (projectId: string): string => `project:${projectId}:userTokenSecret`;
const webhookContext = (projectId: string): string => `project:${projectId}:webhookSecret`;

type PublicFields = Pick<ProjectDocument, '_id' | 'name' | 'createdAt' | 'allowedOrigins' | 'isDevelopment'>;

export const PUBLIC_FIELDS = { name: 1, createdAt: 1, allowedOrigins: 1, isDevelopment: 1 } as const;

export const toProject = ({
  _id: id,
  name,
  createdAt,
  allowedOrigins,
  isDevelopment,
}: PublicFields): Project => ({
  id,
  name,
  createdAt,
  allowedOrigins,
  isDevelopment,
});

export const toProjectDocument = (credentials: ProjectCredentials, cipher: Cipher): ProjectDocument => {
  const { id, ...project } = credentials.project;
  return {
    ...project,
    allowedOrigins: [...project.allowedOrigins],
    _id: id,
    secretKeyHash: credentials.secretKeyHash,
    publishableKeyHash: credentials.publishableKeyHash,
    userTokenSecret: cipher.encrypt(credentials.userTokenSecret, tokenContext(id)),
    webhookSecrets: credentials.webhookSecrets.map((secret) => cipher.encrypt(secret, webhookContext(id))),
  };
};

export const toProjectCredentials = (document: ProjectDocument, cipher: Cipher): ProjectCredentials => ({
  project: toProject(document),
  secretKeyHash: document.secretKeyHash,
  publishableKeyHash: document.publishableKeyHash,
  userTokenSecret: cipher.decrypt(document.userTokenSecret, tokenContext(document._id)),
  webhookSecrets: document.webhookSecrets.map((sealed) =>
    cipher.decrypt(sealed, webhookContext(document._id)),
  ),
});
