import type { ProjectStore, StoredKey } from '@inlet/workflow';
import type { StoreContext } from './collections.js';
import {
  PUBLIC_FIELDS,
  toProject,
  toProjectCredentials,
  toProjectDocument,
  toStoredLists,
} from './project-document.js';

export const createProjectStore = ({
  projects,
  cipher,
}: Pick<StoreContext, 'projects' | 'cipher'>): ProjectStore => ({
  async insert(credentials) {
    await projects.documents.insertOne(await projects.check(toProjectDocument(credentials, cipher)));
  },

  async get(projectId) {
    const document = await projects.documents.findOne({ _id: projectId });
    return document && toProjectCredentials(document, cipher);
  },

  async findByKeyHash(hash, now) {
    const document = await projects.documents.findOne(
      { $or: [{ 'secretKeys.hash': hash }, { 'publishableKeys.hash': hash }] },
      { projection: { ...PUBLIC_FIELDS, secretKeys: 1, publishableKeys: 1 } },
    );
    if (document === null) return null;
    const { secretKeys, publishableKeys } = document;
    const isValid = (key: StoredKey): boolean =>
      key.hash === hash && (key.validUntil === null || key.validUntil > now);
    const project = toProject(document);
    const secret = secretKeys.find(isValid);
    if (secret) return { project, kind: 'secret', validUntil: secret.validUntil };
    const publishable = publishableKeys.find(isValid);
    return publishable ? { project, kind: 'publishable', validUntil: publishable.validUntil } : null;
  },

  async changeCredentials(projectId, { lists, expectedRevision }) {
    const stored = await projects.check(toStoredLists(lists, { projectId, cipher }));
    const { matchedCount } = await projects.documents.updateOne(
      { _id: projectId, credentialsRevision: expectedRevision },
      { $set: { ...stored, credentialsRevision: expectedRevision + 1 } },
    );
    return matchedCount === 1;
  },

  async updateSettings(projectId, settings) {
    const document = await projects.documents.findOneAndUpdate(
      { _id: projectId },
      { $set: await projects.check(settings) },
      { projection: PUBLIC_FIELDS, returnDocument: 'after' },
    );
    return document && toProject(document);
  },

  async list() {
    const found = projects.documents.find({}, { projection: PUBLIC_FIELDS });
    return (await found.sort({ _id: 1 }).toArray()).map(toProject);
  },
});
