import { useState } from 'react';
import { ErrorPanel } from '../../components/error-panel.js';
import { saveFile } from '../../components/save-file.js';
import { useManual } from '../../manual/manual-context.js';
import { useWidget } from '../../session/widget-context.js';
import css from './upload.module.css';

const FORMATS = [
  ['csv', 'CSV'],
  ['xlsx', 'Excel'],
] as const;

/** Saves a file with the columns of the template on the person's device. */
export function SampleLinks() {
  const { t, session } = useWidget();
  const { uploads } = useManual();
  const [problem, setProblem] = useState<unknown>(null);
  const save = (format: 'csv' | 'xlsx') => {
    setProblem(null);
    uploads.sample(format).then((file) => saveFile(file, `${session.template.name}.${format}`), setProblem);
  };
  return (
    <>
      <span className={css.sample}>
        {t('upload.sample')}
        {FORMATS.map(([format, name]) => (
          <button
            key={format}
            type="button"
            className={css.link}
            aria-label={`${t('upload.sample')}: ${name}`}
            onClick={() => save(format)}
          >
            {name}
          </button>
        ))}
      </span>
      {problem ? <ErrorPanel problem={problem} /> : null}
    </>
  );
}
