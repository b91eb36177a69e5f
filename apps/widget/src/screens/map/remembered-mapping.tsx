import { Button } from '@mantine/core';
import { IconHistory } from '@tabler/icons-react';
import { isMappedAsRemembered, type ManualHandle } from '../../manual/manual-state.js';
import { useWidget } from '../../session/widget-context.js';
import css from './map.module.css';

/** Says that the columns are mapped as in an earlier file, with one click to map afresh, and back. */
export function RememberedMapping({ state, dispatch }: ManualHandle) {
  const { t, formats } = useWidget();
  const { remembered } = state;
  if (remembered === null) return null;
  if (!isMappedAsRemembered(state))
    return (
      <Button
        size="compact-sm"
        variant="subtle"
        className={css.start}
        leftSection={<IconHistory size={16} aria-hidden="true" />}
        onClick={() => dispatch({ type: 'recallMapping' })}
      >
        {t('mapFile.asLastTimeAgain')}
      </Button>
    );
  const mapAfresh = () => {
    dispatch({ type: 'clearMapping' });
    dispatch({ type: 'applySuggestions' });
  };
  return (
    <div className={css.remembered}>
      <IconHistory size={18} aria-hidden="true" />
      <p>
        {t(remembered.isOwn ? 'mapFile.asLastTime' : 'mapFile.asOthers', {
          when: formats.when(remembered.at),
        })}
      </p>
      <Button size="compact-sm" variant="default" onClick={mapAfresh}>
        {t('mapFile.afresh')}
      </Button>
    </div>
  );
}
