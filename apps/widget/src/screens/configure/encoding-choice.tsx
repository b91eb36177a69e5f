import { Select } from '@mantine/core';
import { useWidget } from '../../session/widget-context.js';
import css from './configure.module.css';
import { encodingChoices } from './encodings.js';

const AUTOMATIC = '';

export interface EncodingChoiceProps {
  /** The encoding in use. */
  readonly used: string;
  /** The encoding that the person chose; undefined if it is detected. */
  readonly chosen: string | undefined;
  readonly onChoose: (encoding: string | undefined) => void;
}

/** The encoding of the text. The rows are read again after each choice. */
export function EncodingChoice({ used, chosen, onChoose }: EncodingChoiceProps) {
  const { t, language } = useWidget();
  const automatic = chosen === undefined ? t('encoding.detected', { name: used }) : t('encoding.automatic');
  return (
    <div className={css.panel}>
      <Select
        label={t('encoding.label')}
        description={t('encoding.help')}
        inputWrapperOrder={['label', 'input', 'description', 'error']}
        data={[{ value: AUTOMATIC, label: automatic }, ...encodingChoices({ locale: language.tag, chosen })]}
        value={chosen ?? AUTOMATIC}
        searchable
        nothingFoundMessage={t('encoding.none')}
        allowDeselect={false}
        maxDropdownHeight={260}
        onChange={(value) => onChoose(value || undefined)}
      />
    </div>
  );
}
