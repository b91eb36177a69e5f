import type { WidgetFeedJobView } from '@inlet/contracts';
import { describeSource } from '@inlet/contracts/sources';
import { Button } from '@mantine/core';
import { useEffect, useState } from 'react';
import type { Api } from '../../api/create-api.js';
import { Notice } from '../../components/notice.js';
import { useWidget } from '../../session/widget-context.js';

export interface KnownImportProps {
  /** The address that was read. */
  readonly address: string;
  readonly onOpen: (jobId: string) => void;
}

async function findImportOf(
  api: Api,
  address: string,
  signal: AbortSignal,
): Promise<WidgetFeedJobView | null> {
  for (let cursor: string | null = null; ; ) {
    const page = await api.listJobs(cursor, signal);
    const known = page.items.find(
      ({ source, status }) => status !== 'draft' && describeSource(source).address === address,
    );
    if (known || page.nextCursor === null) return known ?? null;
    cursor = page.nextCursor;
  }
}

/** Says that an import of the person already reads the address. Another one may still be meant. */
export function KnownImport({ address, onOpen }: KnownImportProps) {
  const { t, api } = useWidget();
  const [known, setKnown] = useState<WidgetFeedJobView | null>(null);
  useEffect(() => {
    const controller = new AbortController();
    setKnown(null);
    // Without the list, the person goes on as with a new address.
    findImportOf(api, address, controller.signal).then(setKnown, () => undefined);
    return () => controller.abort();
  }, [api, address]);
  if (known === null) return null;
  return (
    <Notice tone="info" title={t('known.title')}>
      <p>{t('known.text', { name: known.label, schedule: known.scheduleText })}</p>
      <div>
        <Button size="compact-sm" variant="default" onClick={() => onOpen(known.id)}>
          {t('known.open')}
        </Button>
      </div>
    </Notice>
  );
}
