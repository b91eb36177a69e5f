import type { UploadStatus, UploadView } from '@inlet/contracts';
import { Button } from '@mantine/core';
import { useEffect, useState } from 'react';
import { Notice } from '../../components/notice.js';
import { useManual } from '../../manual/manual-context.js';
import { hasArrived, isUnusable } from '../../manual/manual-state.js';
import { useWidget } from '../../session/widget-context.js';
import css from './upload.module.css';

export interface UnfinishedUploadsProps {
  /** The upload in use, which is not offered again. */
  readonly current: UploadView | null;
  readonly onResume: (upload: UploadView) => void;
}

/** Statuses in which a person has nothing to do. */
const WITHOUT_WORK: readonly UploadStatus[] = ['delivering', 'completed'];

/** Imports that the person began earlier, perhaps on another device: each can be continued or discarded. */
export function UnfinishedUploads({ current, onResume }: UnfinishedUploadsProps) {
  const { t, formats } = useWidget();
  const { uploads } = useManual();
  const [found, setFound] = useState<readonly UploadView[]>([]);
  useEffect(() => {
    const controller = new AbortController();
    uploads.list(controller.signal).then(
      ({ items }) => setFound(items),
      () => undefined,
    );
    return () => controller.abort();
  }, [uploads]);
  const shown = found.filter(
    (upload) =>
      upload.id !== current?.id &&
      !isUnusable(upload) &&
      hasArrived(upload) &&
      !WITHOUT_WORK.includes(upload.status),
  );
  if (shown.length === 0) return null;
  return (
    <Notice tone="info" title={t('upload.unfinished', { n: shown.length })}>
      <ul className={css.unfinished}>
        {shown.map((upload) => (
          <li key={upload.id}>
            <span className={css.unfinishedName}>
              <span dir="auto">{upload.label}</span>
              <span className={css.quiet}> · {formats.when(upload.updatedAt)}</span>
            </span>
            <Button size="compact-sm" variant="default" onClick={() => onResume(upload)}>
              {t('upload.resume')}
            </Button>
            <Button
              size="compact-sm"
              variant="subtle"
              color="gray"
              onClick={() =>
                void uploads.cancel(upload.id).then(
                  () => setFound((now) => now.filter(({ id }) => id !== upload.id)),
                  () => undefined,
                )
              }
            >
              {t('upload.discard')}
            </Button>
          </li>
        ))}
      </ul>
    </Notice>
  );
}
