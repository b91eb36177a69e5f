import type { ProjectStore } from '@inlet/workflow';
import type { StoreContext } from './collections.js';
import { PUBLIC_FIELDS, toProject, toProjectCredentials, toProjectDocument } from './project-document.js';

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

  async findByKeyHash(hash) {
    const document = await projects.documents.findOne(
      { $or: [{ secretKeyHash: hash }, { publishableKeyHash: hash }] },
      { projection: { ...PUBLIC_FIELDS, secretKeyHash: 1 } },
    );
    if (document === null) return null;
    const kind = document.secretKeyHash === hash ? 'secret' : 'publishable';
    return { project: toProject(document), kind };
  },

  async replaceSecretKey(projectId, secretKeyHash) {
    const changes = await projects.check({ secretKeyHash });
    const { matchedCount } = await projects.documents.updateOne({ _id: projectId }, { $set: changes });
    return matchedCount === 1;
  },

  async updateSettings(projectId, { allowedOrigins, isDevelopment }) {
    const document = await projects.documents.findOneAndUpdate(
      { _id: projectId },
      { $set: await projects.check({ allowedOrigins: [...allowedOrigins], isDevelopment }) },
      { projection: PUBLIC_FIELDS, returnDocument: 'after' },
    );
    return document && toProject(document);
  },

  async list() {
    const found = projects.documents.find({}, { projection: PUBLIC_FIELDS });
    return (await found.sort({ _id: 1 }).toArray()).map(toProject);
  },
});
