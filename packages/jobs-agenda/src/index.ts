export { CATALOGUE, WORK_NAMES, type WorkName } from './catalogue.js';
export { type AgendaQueue, type AgendaQueueSettings, createAgendaQueue } from './create-agenda-queue.js';
