import type { WidgetJobView } from '@inlet/contracts';
import { Pill, type PillTone } from '../../components/pill.js';
import { useWidget } from '../../session/widget-context.js';

/** Whether a job runs on its schedule. */
export function JobStatusPill({ job }: { job: WidgetJobView }) {
  const { t } = useWidget();
  const [tone, text] = stateOf(job);
  return <Pill tone={tone}>{t(`status.${text}`)}</Pill>;
}

type State = 'running' | 'active' | 'paused' | 'pausedItself' | 'ended' | 'draft';

function stateOf({ status, activeRunId, pausedBecause }: WidgetJobView): [PillTone, State] {
  if (status === 'draft') return ['none', 'draft'];
  if (activeRunId !== null) return ['busy', 'running'];
  if (status === 'paused') return pausedBecause ? ['bad', 'pausedItself'] : ['off', 'paused'];
  return status === 'ended' ? ['none', 'ended'] : ['good', 'active'];
}
