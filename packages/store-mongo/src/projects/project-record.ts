import type { Project } from '@inlet/contracts';
import type { ProjectCredentials } from '@inlet/workflow';
import type { Cipher } from '../create-aes-cipher.js';
import type { ProjectRecord } from './project-schema.js';

const tokenContext = (projectId: string): string => `project:${projectId}:userTokenSecret`;
const webhookContext = (projectId: string): string => `project:${projectId}:webhookSecret`;

type PublicFields = Pick<ProjectRecord, '_id' | 'name' | 'createdAt' | 'allowedOrigins' | 'isDevelopment'>;

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

export const toProjectRecord = (credentials: ProjectCredentials, cipher: Cipher): ProjectRecord => {
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

export const toProjectCredentials = (record: ProjectRecord, cipher: Cipher): ProjectCredentials => ({
  project: toProject(record),
  secretKeyHash: record.secretKeyHash,
  publishableKeyHash: record.publishableKeyHash,
  userTokenSecret: cipher.decrypt(record.userTokenSecret, tokenContext(record._id)),
  webhookSecrets: record.webhookSecrets.map((sealed) => cipher.decrypt(sealed, webhookContext(record._id))),
});
