/** Importing this adds descriptions of cron expressions in the other languages of `SCHEDULE_LOCALES`, 5 kB each. */
import 'cronstrue/locales/ar.min.js';
import 'cronstrue/locales/de.min.js';
import 'cronstrue/locales/es.min.js';
import 'cronstrue/locales/fr.min.js';
import 'cronstrue/locales/ja.min.js';
import 'cronstrue/locales/pt_BR.min.js';
