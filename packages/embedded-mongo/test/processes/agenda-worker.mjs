// An agenda worker process. It stores a document for each run, and a job can make it hang.
import { MongoBackend } from '@agendajs/mongo-backend';
import { Agenda } from 'agenda';
import { MongoClient } from 'mongodb';

const [uri, databaseName, name] = process.argv.slice(2);
const client = await MongoClient.connect(uri);
const db = client.db(databaseName);
const note = (collection, fields) =>
  db.collection(collection).insertOne({ ...fields, by: name, at: new Date() });

const agenda = new Agenda({
  backend: new MongoBackend({ mongo: db }),
  name,
  processEvery: 100,
  maxConcurrency: 50,
  defaultConcurrency: 20,
});
agenda.define('work', (job) => note('runs', { n: job.attrs.data.n }), { removeOnComplete: true });
agenda.define('tick', (job) => note('ticks', { startedAt: job.attrs.lastRunAt }));
const hang = async (job) => {
  await note('hangs', { n: job.attrs.data.n });
  if (job.attrs.data.victim === name) await new Promise(() => {});
};
agenda.define('hang', hang, { lockLifetime: 1000 });
await agenda.start();
process.send('ready');
process.on('disconnect', () => process.exit());
