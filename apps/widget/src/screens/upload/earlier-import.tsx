import type { UploadFile } from '@inlet/contracts';
import { Notice } from '../../components/notice.js';
import { useWidget } from '../../session/widget-context.js';

/** The same bytes were imported before: the person may not want them twice. */
export function EarlierImport({ file }: { readonly file: UploadFile }) {
  const { t, formats } = useWidget();
  if (!file.sameAs) return null;
  const { finishedAt, rows } = file.sameAs;
  return (
    <Notice tone="warn" title={t('upload.same', { n: rows, when: formats.when(finishedAt) })}>
      <p>{t('upload.sameHelp')}</p>
    </Notice>
  );
}
