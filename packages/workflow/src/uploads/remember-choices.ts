import { createHash } from 'node:crypto';
import {
  allowsNewOptions,
  type Column,
  type Heading,
  type MappedColumn,
  type Mapping,
  type Template,
  type UploadHeader,
  uploadHeaderSchema,
  uploadMappingInputSchema,
} from '@inlet/contracts';
import { checkTransforms } from '@inlet/pipeline';
import type { Context } from '../ports/context.js';
import type { FileMemory } from '../ports/file-memories.js';
import type { Upload } from '../ports/uploads.js';

type HeaderRows = Pick<UploadHeader, 'row' | 'rows'>;
type MemoryContext = Pick<Context, 'store' | 'now'>;

/** Files with the same headings, in whatever order, have one shape for each kind of choice. */
const shapeOf = (kind: 'mapping' | 'header', headings: readonly Pick<Heading, 'path'>[]): string => {
  const paths = headings.map(({ path }) => path).sort();
  return `${kind}:${createHash('sha256').update(JSON.stringify(paths)).digest('base64url')}`;
};

async function keep(
  { store, now }: MemoryContext,
  { projectId, templateId, externalUserId }: Upload,
  { shape, choice }: { readonly shape: string; readonly choice: unknown },
): Promise<void> {
  await store.fileMemories.keep({
    ...{ projectId, templateId, externalUserId, shape },
    choice: JSON.stringify(choice),
    at: now(),
  });
}

/** The choice of this user, else that of anybody in a project that shares mappings. */
async function recall({ store }: MemoryContext, upload: Upload, shape: string): Promise<FileMemory | null> {
  const { projectId, templateId, externalUserId } = upload;
  const own = await store.fileMemories.find({ projectId, templateId, externalUserId, shape });
  if (own) return own;
  const project = await store.projects.get(projectId);
  return project?.project.shareMappings ? store.fileMemories.find({ projectId, templateId, shape }) : null;
}

/** Remembers which rows have the headings, for files in which the same ones would be proposed. */
export const rememberHeader = (
  context: MemoryContext,
  upload: Upload,
  { proposed, header: { row, rows } }: { proposed: readonly Heading[]; header: HeaderRows },
): Promise<void> => keep(context, upload, { shape: shapeOf('header', proposed), choice: { row, rows } });

const headerRowsSchema = uploadHeaderSchema.pick({ row: true, rows: true });

/** The rows that had the headings in the last file for which the same ones were proposed; null for none. */
export async function recallHeader(
  context: MemoryContext,
  upload: Upload,
  proposed: readonly Heading[],
): Promise<HeaderRows | null> {
  const memory = await recall(context, upload, shapeOf('header', proposed));
  return memory && (headerRowsSchema.safeParse(JSON.parse(memory.choice)).data ?? null);
}

export const rememberMapping = (
  context: MemoryContext,
  upload: Upload,
  choice: Pick<Upload, 'customColumns'> & { readonly mapping: Mapping },
): Promise<void> => keep(context, upload, { shape: shapeOf('mapping', upload.headings), choice });

export interface RecalledMapping {
  readonly mapping: MappedColumn[];
  readonly customColumns: string[];
  readonly at: Date;
  readonly isOwn: boolean;
}

/** The mapping of the last file with the same headings, without the parts that do not fit the columns; null for none. */
export async function recallMapping(
  context: MemoryContext,
  upload: Upload,
  { columns, allowCustomColumns }: Pick<Template, 'columns' | 'allowCustomColumns'>,
): Promise<RecalledMapping | null> {
  const memory = await recall(context, upload, shapeOf('mapping', upload.headings));
  if (!memory) return null;
  const { data: chosen } = uploadMappingInputSchema.safeParse(JSON.parse(memory.choice));
  const mapping = (chosen?.mapping ?? []).flatMap((entry) => fitEntry(entry, columns));
  if (mapping.length === 0) return null;
  return {
    mapping,
    customColumns: (allowCustomColumns && chosen?.customColumns) || [],
    at: memory.at,
    isOwn: memory.externalUserId === upload.externalUserId,
  };
}

/** Leaves out what the template does not have or allow any more. */
function fitEntry(entry: MappedColumn, columns: readonly Column[]): MappedColumn[] {
  const column = columns.find(({ key }) => key === entry.column);
  if (!column || !hasUsableTransforms(entry)) return [];
  const { newOptions, transforms, ...rest } = entry;
  const options = new Set([...(column.options ?? []).map(({ value }) => value), ...(newOptions ?? [])]);
  const fitting = transforms?.map((transform) =>
    transform.kind === 'map_values' && column.options
      ? { ...transform, values: transform.values.filter(({ to }) => to === '' || options.has(to)) }
      : transform,
  );
  return [
    {
      ...rest,
      ...(fitting && { transforms: fitting }),
      ...(newOptions && allowsNewOptions(column) && { newOptions }),
    },
  ];
}

function hasUsableTransforms(entry: MappedColumn): boolean {
  try {
    checkTransforms([entry]);
    return true;
  } catch {
    return false;
  }
}
