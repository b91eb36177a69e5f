import { insertKnownTexts } from '../known-texts.js';
import type { AnyDocument, MigrationContext, MigrationStep } from './migration.js';

// From version 5 to version 6: a sealed value names its key, and a known text is sealed with every key in use. Values
// without the id of a key stay readable until they are sealed again.

/** Fails with the wrong key before anything has changed. */
async function checkEncryptionKey({ db, cipher }: MigrationContext): Promise<void> {
  const [project] = await db.collection<AnyDocument>('projects').find().limit(1).toArray();
  const [secret] = Array.isArray(project?.userTokenSecrets) ? project.userTokenSecrets : [];
  if (typeof secret?.sealed === 'string')
    cipher.decrypt(secret.sealed, `project:${project?._id}:userTokenSecret`);
}

export const toVersion6: readonly MigrationStep[] = [
  {
    name: 'the encryption key',
    async run(context) {
      await checkEncryptionKey(context);
      await insertKnownTexts(context);
    },
  },
];
