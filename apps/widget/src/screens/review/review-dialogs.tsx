import type { UploadView } from '@inlet/contracts';
import { useWidget } from '../../session/widget-context.js';
import { DeleteInvalid } from './delete-invalid.js';
import { FindReplace } from './find-replace.js';
import { GoToRow } from './go-to-row.js';
import type { ReviewState } from './use-review.js';

export interface ReviewDialogsProps {
  readonly upload: UploadView;
  readonly review: ReviewState;
}

/** The dialog that is open. */
export function ReviewDialogs({ upload, review }: ReviewDialogsProps) {
  const { t } = useWidget();
  const { dialog, sheet, block, columns, grid, say } = review;
  const close = () => review.setDialog(null);
  if (dialog === 'replace')
    return (
      <FindReplace
        upload={upload}
        columns={columns}
        column={columns[block.active.column]?.key ?? null}
        sheet={sheet}
        onClose={close}
        onReplaced={() => say(t('review.replaced'), true)}
      />
    );
  if (dialog === 'goTo')
    return (
      <GoToRow
        rows={sheet.rows}
        total={sheet.total ?? 0}
        onClose={close}
        onFound={(row) => {
          close();
          grid.current?.goTo({ row, column: block.active.column });
        }}
      />
    );
  if (dialog === 'deleteInvalid')
    return (
      <DeleteInvalid
        count={sheet.counts.invalid}
        onClose={close}
        onConfirm={() => {
          close();
          void review.deleteInvalid();
        }}
      />
    );
  return null;
}
