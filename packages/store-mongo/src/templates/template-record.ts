import type { Destination, Template, TemplateInput } from '@inlet/contracts';
import type { Cipher } from '../create-aes-cipher.js';
import { openUrl, sealUrl } from '../seal-url.js';
import { withoutUndefined } from '../without-undefined.js';
import type { StoredDestination, TemplateRecord } from './template-schema.js';

interface Sealing {
  readonly templateId: string;
  readonly cipher: Cipher;
}

const urlContext = (templateId: string): string => `template:${templateId}:destination.url`;
const headerContext = (templateId: string): string => `template:${templateId}:destination.authHeader`;

const sealDestination = (destination: Destination, { templateId, cipher }: Sealing): StoredDestination => {
  const { url, authHeader, ...rest } = destination;
  const stored = { ...rest, ...sealUrl(url, { cipher, context: urlContext(templateId) }) };
  if (authHeader === undefined) return stored;
  const sealedValue = cipher.encrypt(authHeader.value, headerContext(templateId));
  return { ...stored, authHeader: { name: authHeader.name, sealedValue } };
};

const openDestination = (stored: StoredDestination, { templateId, cipher }: Sealing): Destination => {
  const { url, sealedUrl, authHeader, ...rest } = stored;
  const sealed = sealedUrl === undefined ? { url } : { url, sealedUrl };
  const destination = { ...rest, url: openUrl(sealed, { cipher, context: urlContext(templateId) }) };
  if (authHeader === undefined) return destination;
  const value = cipher.decrypt(authHeader.sealedValue, headerContext(templateId));
  return { ...destination, authHeader: { name: authHeader.name, value } };
};

/** The part of a template that a person gives, field by field, so that nothing else gets in. */
export const toTemplateFields = (
  input: TemplateInput,
  sealing: Sealing,
): Omit<TemplateRecord, '_id' | 'projectId' | 'createdAt' | 'updatedAt'> => ({
  code: input.code,
  name: input.name,
  mode: input.mode,
  columns: withoutUndefined(input.columns),
  identity: input.identity,
  uniqueTogether: withoutUndefined(input.uniqueTogether),
  destination: input.destination && sealDestination(input.destination, sealing),
  allowedSources: input.allowedSources,
  minIntervalMinutes: input.minIntervalMinutes,
  limits: input.limits,
});

export const toTemplateRecord = (template: Template, cipher: Cipher): TemplateRecord => ({
  _id: template.id,
  projectId: template.projectId,
  ...toTemplateFields(template, { templateId: template.id, cipher }),
  createdAt: template.createdAt,
  updatedAt: template.updatedAt,
});

export const toTemplate = ({ _id, destination, ...rest }: TemplateRecord, cipher: Cipher): Template => ({
  id: _id,
  ...rest,
  destination: destination && openDestination(destination, { templateId: _id, cipher }),
});
