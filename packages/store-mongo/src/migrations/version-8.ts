import { isFields, isMissing, type MigrationStep, updateDocuments } from './migration.js';

// From version 7 to version 8: what uploads, templates and projects got with the rest of Manual mode.

const EARLIER_EVENTS = [
  'import.records',
  'import.completed',
  'import.failed',
  'import.held',
  'import.released',
  'import.discarded',
];

export const toVersion8: readonly MigrationStep[] = [
  {
    name: 'the retention of uploads',
    async run(context) {
      await updateDocuments(context, {
        collection: 'projects',
        filter: isMissing('retention'),
        projection: { _id: 1 },
        update: () => ({ $set: { retention: { days: 30, deleteWhenDelivered: false } } }),
      });
      await updateDocuments(context, {
        collection: 'uploads',
        filter: isMissing('storedBytes'),
        projection: { files: 1, status: 1 },
        update: ({ files, status }) => ({
          $set: {
            contentsRemovedAt: status === 'expired' ? new Date() : null,
            storedBytes: status === 'expired' ? 0 : bytesOf(files),
          },
        }),
      });
    },
  },
  {
    name: 'uploads that go on by themselves',
    run: (context) =>
      updateDocuments(context, {
        collection: 'uploads',
        filter: isMissing('automation'),
        projection: { _id: 1 },
        update: () => ({ $set: { automation: null } }),
      }),
  },
  {
    name: 'review links of uploads',
    run: (context) =>
      updateDocuments(context, {
        collection: 'uploads',
        filter: isMissing('reviewLinks'),
        projection: { _id: 1 },
        update: () => ({ $set: { reviewLinks: [] } }),
      }),
  },
  {
    name: 'the event of uploads that need a review',
    run: (context) =>
      updateDocuments(context, {
        collection: 'templates',
        // Those that subscribe to all earlier events.
        filter: {
          $and: [
            { 'destination.events': { $all: [...EARLIER_EVENTS] } },
            { 'destination.events': { $ne: 'import.needs_review' } },
          ],
        },
        projection: { _id: 1 },
        update: () => ({ $set: { 'destination.events': [...EARLIER_EVENTS, 'import.needs_review'] } }),
      }),
  },
  {
    name: 'rejected rows of uploads',
    run: (context) =>
      updateDocuments(context, {
        collection: 'uploads',
        filter: isMissing('rejections'),
        projection: { _id: 1 },
        update: () => ({ $set: { rejections: null } }),
      }),
  },
  {
    name: 'faults of uploaded files',
    run: (context) =>
      updateDocuments(context, {
        collection: 'uploads',
        filter: { files: { $elemMatch: { sameAs: { $exists: false } } } },
        projection: { files: 1 },
        update: ({ files }) => ({
          $set: {
            files: (Array.isArray(files) ? files : [])
              .filter(isFields)
              .map((file) => ({ error: null, mismatch: null, sameAs: null, ...file })),
          },
        }),
      }),
  },
  {
    name: 'runs that take others back',
    async run(context) {
      await updateDocuments(context, {
        collection: 'runs',
        filter: isMissing('undoneBy'),
        projection: { _id: 1 },
        update: () => ({ $set: { undoes: null, undoneBy: null } }),
      });
      await updateDocuments(context, {
        collection: 'uploads',
        filter: isMissing('undoneRunIds'),
        projection: { _id: 1 },
        update: () => ({ $set: { undoneRunIds: [] } }),
      });
    },
  },
  {
    name: 'sharing of mappings',
    run: (context) =>
      updateDocuments(context, {
        collection: 'projects',
        filter: isMissing('shareMappings'),
        projection: { _id: 1 },
        update: () => ({ $set: { shareMappings: false } }),
      }),
  },
  {
    name: 'rules for blank cells',
    run: (context) =>
      updateDocuments(context, {
        collection: 'templates',
        filter: isMissing('blank'),
        projection: { _id: 1 },
        update: () => ({ $set: { blank: 'clear' } }),
      }),
  },
  {
    name: 'custom columns',
    async run(context) {
      await updateDocuments(context, {
        collection: 'templates',
        filter: isMissing('allowCustomColumns'),
        projection: { _id: 1 },
        update: () => ({ $set: { allowCustomColumns: false } }),
      });
      await updateDocuments(context, {
        collection: 'uploads',
        filter: isMissing('customColumns'),
        projection: { _id: 1 },
        update: () => ({ $set: { customColumns: [] } }),
      });
    },
  },
];

const bytesOf = (files: unknown): number =>
  (Array.isArray(files) ? files : [])
    .filter(isFields)
    .reduce((sum, { receivedBytes }) => sum + (typeof receivedBytes === 'number' ? receivedBytes : 0), 0);
