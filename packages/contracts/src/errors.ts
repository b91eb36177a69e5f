/**
 * The one table of errors. A code never changes its meaning; `docs/errors.md` lists every code, and a test
 * keeps both in agreement. `title` says what happened, `help` what the reader can do about it.
 */
interface ErrorEntry {
  /** HTTP status of the problem document that carries this code. */
  readonly status: number;
  readonly title: string;
  readonly help: string;
}

const entry = (status: number, title: string, help: string): ErrorEntry => ({ status, title, help });

export const ERRORS = {
  // Requests
  invalid_request: entry(
    400,
    'The request is not valid',
    'Correct the fields named in `errors` and send it again.',
  ),
  body_not_json: entry(
    400,
    'The body is not valid JSON',
    'Send a JSON body with the header `content-type: application/json`.',
  ),
  body_too_deep: entry(
    400,
    'The body is nested too deeply',
    'Send JSON of fewer levels; the limit is in `detail`.',
  ),
  body_too_large: entry(413, 'The body is too large', 'Send less at once; the limit is in `detail`.'),
  request_timeout: entry(
    408,
    'The request did not arrive in time',
    'Send it again, headers and body without pauses.',
  ),
  unsupported_media_type: entry(
    415,
    'This content type is not accepted',
    'Send JSON with the header `content-type: application/json`.',
  ),
  invalid_cursor: entry(
    400,
    'The cursor is not valid',
    'Use `nextCursor` of the page before, unchanged, or leave it out to start at the beginning.',
  ),
  route_not_found: entry(404, 'There is nothing at this address', 'See /docs for all addresses.'),
  host_not_allowed: entry(
    421,
    'This server does not answer for this host',
    'Use localhost or the address in INLET_PUBLIC_URL, or list the proxy in INLET_TRUSTED_PROXIES.',
  ),
  rate_limited: entry(
    429,
    'Too many requests',
    'Wait for the number of seconds in `retry-after`, then try again.',
  ),
  internal: entry(
    500,
    'Something went wrong in Inlet',
    'Try again; if it happens again, report it with `requestId`.',
  ),
  encryption_key_wrong: entry(
    500,
    'A stored secret cannot be opened',
    'Start Inlet with the INLET_ENCRYPTION_KEY that the secret was stored with.',
  ),
  database_newer: entry(
    500,
    'The database was written by a newer version of Inlet',
    'Start that version again, or restore the backup that was made before the upgrade.',
  ),
  database_damaged: entry(
    500,
    'The database says no valid version of its format',
    'Restore a backup. Nothing was changed.',
  ),
  disk_full: entry(
    507,
    'The disk of the database is full',
    'Make space on the disk, or delete what is no longer needed; Inlet then continues by itself.',
  ),
  unavailable: entry(503, 'Inlet is not ready', 'Try again in a few seconds.'),
  idempotency_key_reused: entry(
    409,
    'This idempotency key was used with another request',
    'Use a new key for a new request.',
  ),
  idempotency_in_progress: entry(
    409,
    'The first request with this idempotency key is still running',
    'Try again in a few seconds.',
  ),

  // Authentication
  key_missing: entry(
    401,
    'No key was sent',
    'Send the secret key of your project in the header `accesskey`.',
  ),
  key_unknown: entry(
    401,
    'This key is not known',
    'Check the key, or create a new one with `inlet project rotate secret-key --project ID`.',
  ),
  key_publishable: entry(
    403,
    'A publishable key cannot do this',
    'Call the API from your server, with the secret key.',
  ),
  key_secret: entry(
    403,
    'A secret key must never be in a browser',
    'Use the publishable key. Replace this one with `inlet project rotate secret-key --project ID --grace-minutes 0`: others may have seen it.',
  ),
  not_permitted: entry(
    403,
    'You are not permitted to do this',
    'Call the API from your server, with the secret key.',
  ),

  // The widget
  session_missing: entry(401, 'There is no widget session', 'Open the widget again.'),
  session_invalid: entry(401, 'The widget session is not valid', 'Open the widget again.'),
  session_expired: entry(401, 'The widget session has ended', 'Open the widget again.'),
  review_link_invalid: entry(
    404,
    'This link does not work any more',
    'It has expired or was ended, or the import is finished. Ask for a new link.',
  ),
  origin_not_allowed: entry(
    403,
    'This site may not open the widget',
    "Add its origin to the project's allowed origins with `inlet project update --project ID --allow-origin`.",
  ),
  user_token_required: entry(
    401,
    'This project accepts only signed users',
    'Sign a user token in your backend and pass it as `userToken`.',
  ),
  user_token_invalid: entry(
    401,
    'The user token is not valid',
    'Sign it with HS256 and the user-token secret of the project; `sub` is the externalUserId.',
  ),
  user_token_key_unknown: entry(
    401,
    'The key of the user token is not known',
    'Publish the key at the `jwksUrl` of the project, and name it with `kid` in the header of the token.',
  ),
  user_token_keys_unavailable: entry(
    422,
    'The keys of user tokens cannot be read',
    'Check that the `jwksUrl` of the project answers with a JSON Web Key Set.',
  ),
  user_token_audience_wrong: entry(
    401,
    'The user token is for another audience',
    'Sign tokens with the `audience` of the project in `aud`.',
  ),
  user_token_template_wrong: entry(
    401,
    'The user token does not open this template',
    'Sign a token with the id or the code of this template in `template`.',
  ),
  user_token_expired: entry(
    401,
    'The user token has expired',
    'Pass `userToken` as a function that signs a new one.',
  ),
  user_unknown: entry(
    401,
    'Nobody is signed in',
    'Pass a `userToken`, or in development mode an `externalUserId`.',
  ),
  user_unsigned: entry(
    401,
    'The user is not signed',
    'Sign a user token in your backend and pass it as `userToken`. Only development mode works without one.',
  ),

  // Not found
  template_not_found: entry(404, 'There is no such template', 'List the templates with GET /v1/templates.'),
  job_not_found: entry(
    404,
    'There is no such import job',
    "List a user's jobs with GET /v1/import-jobs/user/{externalUserId}.",
  ),
  run_not_found: entry(
    404,
    'There is no such run',
    "List a job's runs with GET /v1/import-jobs/{jobId}/runs.",
  ),
  upload_not_found: entry(404, 'There is no such upload', 'List uploads with GET /v1/uploads.'),
  operation_not_found: entry(
    404,
    'There is no such operation',
    'Load the upload: its revision tells whether the operation has changed it.',
  ),
  upload_file_not_found: entry(
    404,
    'The upload has no such file',
    'Use the id of one of the `files` of the upload.',
  ),
  delivery_not_found: entry(
    404,
    'There is no such delivery',
    "List a run's deliveries with GET /v1/runs/{runId}/deliveries.",
  ),
  project_not_found: entry(404, 'There is no such project', 'Create one with `inlet project create`.'),

  // Projects
  credential_changed_meanwhile: entry(
    409,
    'The credential was rotated at the same time',
    'Read the project again and repeat the request if it is still needed.',
  ),
  rotation_limit_reached: entry(
    409,
    'Too many old values are still in their grace period',
    'Wait until a grace period ends, or end it with DELETE /v1/project/rotations/{what} or `inlet project end-grace`.',
  ),

  // Uploads
  upload_closed: entry(
    409,
    'The upload cannot be changed any more',
    'Its status is in `detail`. Begin a new upload.',
  ),
  upload_changed: entry(
    409,
    'The upload was changed meanwhile',
    'Read it again, and repeat the request with its present `revision`.',
  ),
  upload_not_read: entry(
    409,
    'The headings of the file are not known yet',
    'Wait until `headings` of the upload has entries.',
  ),
  upload_not_mapped: entry(
    409,
    'The rows of the upload are not known yet',
    'Confirm its mapping, and wait until `isScanned` is true.',
  ),
  upload_has_errors: entry(
    409,
    'Some rows have errors',
    'Correct or delete the rows that GET /v1/uploads/{uploadId}/rows?view=invalid lists.',
  ),
  upload_not_receiving: entry(409, 'The upload takes no more files', 'Begin a new upload.'),
  upload_files_differ: entry(
    409,
    'A file of the upload has other columns than the first one',
    'Remove the files that have a `mismatch`, or choose another header.',
  ),
  upload_too_many_files: entry(
    409,
    'The upload has too many files',
    'Begin another upload for further files; the limit is in `detail`.',
  ),
  upload_too_large: entry(
    413,
    'The file is larger than this import allows',
    'Split the file, or raise `limits.maxSourceBytes` of the template; the limit is in `detail`.',
  ),
  upload_offset_wrong: entry(
    409,
    'The file does not end where these bytes begin',
    'Ask how many bytes have arrived, and continue from there.',
  ),
  upload_quota: entry(
    413,
    'The uploads of this project take up too much space',
    'Delete uploads that are no longer needed, or raise INLET_UPLOADS_GB_PER_PROJECT; the limit is in `detail`.',
  ),
  upload_limit_reached: entry(
    429,
    'This user has begun too many uploads',
    'Finish or delete an upload, or wait; the limit is in `detail`.',
  ),
  upload_needs_review: entry(
    409,
    'A person has to review the rows',
    'Open the review page, or correct the upload with the API.',
  ),
  corrections_without_rows: entry(
    422,
    'The file does not say which rows it corrects',
    'Send the downloaded file with its column `Row`.',
  ),
  corrections_too_many: entry(
    422,
    'The file changes too many cells',
    'Correct it in several parts, or begin a new upload with the corrected file; the limit is in `detail`.',
  ),
  upload_interrupted: entry(400, 'The file did not arrive completely', 'Send it again.'),

  // Templates
  template_code_taken: entry(409, 'Another template of this project has this code', 'Choose another code.'),
  template_in_use: entry(
    409,
    'Import jobs use what this change removes',
    'Change the jobs named in `jobs` first, or repeat the request with ?force=true.',
  ),
  template_changed_meanwhile: entry(
    409,
    'The template was changed by somebody else',
    'Read it again and repeat your change.',
  ),
  template_pattern_invalid: entry(
    400,
    'A pattern is not a valid regular expression',
    'Use RE2 syntax: no look-around and no back-references.',
  ),
  template_no_destination: entry(
    409,
    'This template has no destination',
    'Set `destination` to the address of your webhook.',
  ),
  destination_needs_server: entry(
    422,
    'The rows of this template go to the page that shows the widget',
    'Only uploads can be delivered to a page. Give the template a destination of kind `webhook`.',
  ),
  delivery_not_taken: entry(
    504,
    'The page did not take the rows in time',
    'Open the widget again and finish the import again.',
  ),
  source_kind_not_allowed: entry(
    409,
    'The template does not allow this kind of source',
    'Use one of its `allowedSources`.',
  ),

  // Fetching a source
  source_url_invalid: entry(
    400,
    'This is not a web address that can be fetched',
    'Use an address that begins with http:// or https://.',
  ),
  source_address_private: entry(
    422,
    'This address belongs to a private network',
    'Use a public address. The operator can allow networks with INLET_ALLOWED_PRIVATE_NETWORKS.',
  ),
  source_dns_failed: entry(
    422,
    'The name of the site could not be found',
    'Check the spelling of the address.',
  ),
  source_refused: entry(
    422,
    'The site refused the connection',
    'Check the address and the port, or try again later.',
  ),
  source_unreachable: entry(422, 'The site could not be reached', 'Check the address, or try again later.'),
  source_tls_failed: entry(
    422,
    'The secure connection to the site failed',
    'Ask the site to renew or correct its certificate.',
  ),
  source_no_tls: entry(
    422,
    'The site does not speak TLS at this address',
    'Use http:// instead of https://, or check the port.',
  ),
  source_timeout: entry(
    422,
    'The site did not answer in time',
    'Try again later, or ask the site for a faster address.',
  ),
  source_too_slow: entry(
    422,
    'The site sends too slowly',
    'Try again later, or ask the site for a faster address.',
  ),
  source_too_large: entry(
    422,
    'The file is larger than allowed',
    'Ask for a smaller file, or raise the limit of the template.',
  ),
  source_too_many_redirects: entry(
    422,
    'The address redirects too often',
    'Open the address in a browser and use the address that it ends at. If there is a sign-in, add the credentials.',
  ),
  source_redirect_invalid: entry(
    422,
    'The address redirects to something that cannot be fetched',
    'Use the final address.',
  ),
  source_unauthorized: entry(
    422,
    'The site requires a sign-in',
    'Add the credentials or the request headers that the site expects, and check that they are right.',
  ),
  source_forbidden: entry(
    422,
    'The site refuses access',
    'Check the credentials, or ask the site to allow Inlet.',
  ),
  source_not_found: entry(422, 'There is no file at this address', 'Check the address.'),
  source_gone: entry(
    422,
    'The file was permanently removed',
    'Give the import another address, then resume it.',
  ),
  source_rate_limited: entry(422, 'The site asks to be called less often', 'Choose a longer interval.'),
  source_server_error: entry(
    422,
    'The site failed with a server error',
    'Try again later, or report it to the site.',
  ),
  source_http_error: entry(
    422,
    'The site answered with an unexpected status',
    'Open the address in a browser and check what it returns.',
  ),
  source_interrupted: entry(422, 'The connection broke off in the middle of the file', 'Try again later.'),
  source_decompression_bomb: entry(
    422,
    'The compressed file unpacks to far more than allowed',
    'Ask the site for a plain file.',
  ),

  // Reading a source
  source_html: entry(
    422,
    'This is a web page, not a feed',
    'Choose one of the feeds in `feeds`, or give the address of the feed itself.',
  ),
  source_opml: entry(
    422,
    'This is a list of feeds (OPML), not a feed',
    'Choose one of the feeds in `feeds`.',
  ),
  source_empty: entry(422, 'The file is empty', 'Check that the site publishes data at this address.'),
  source_binary: entry(
    422,
    'This is not a text file',
    'Give the address of an XML, JSON, NDJSON or CSV file.',
  ),
  source_format_unknown: entry(
    422,
    'This kind of file cannot be read',
    'Save it as XLSX or CSV and choose that file. XLS, XLSB, ODS, JSON, NDJSON and XML can be read as well.',
  ),
  source_password_protected: entry(
    422,
    'The file is protected by a password',
    'Save it without a password and choose that file.',
  ),
  source_worksheet_unknown: entry(
    422,
    'The workbook has no worksheet of this name',
    'Choose one of the worksheets named in `worksheets`.',
  ),
  source_archive_ambiguous: entry(
    422,
    'The archive does not contain exactly one file',
    'Unpack it and choose the file, or pack that file alone.',
  ),
  source_archive_nested: entry(
    422,
    'The archive contains another archive',
    'Unpack it and choose the file that is inside.',
  ),
  source_archive_unsafe: entry(
    422,
    'The archive contains a file whose name is not safe',
    'Unpack it with a program that you trust, and choose the file that is inside.',
  ),
  source_malformed: entry(
    422,
    'The file is damaged and cannot be read',
    'See `line` and `column`, and report it to the site.',
  ),
  source_encoding_unknown: entry(
    422,
    'The character encoding of the file is not known',
    'Ask the site for UTF-8.',
  ),
  source_entities_refused: entry(
    422,
    'The file defines XML entities, which are not safe to read',
    'Ask the site for a file without a DOCTYPE that defines entities.',
  ),
  source_too_deep: entry(422, 'The file is nested too deeply', 'Ask the site for a flatter file.'),
  source_record_too_large: entry(
    422,
    'One record of the file is larger than allowed',
    'Check the record path; a record should be one item of the list.',
  ),
  source_no_records: entry(
    422,
    'No repeating element was found',
    'Check that the file contains a list, or choose the record element yourself.',
  ),
  source_record_path_unknown: entry(
    422,
    'The record element is not in the file',
    'Choose one of the elements that the outline lists.',
  ),

  // Mapping
  mapping_path_unknown: entry(
    422,
    'A mapped path is not in the file',
    'Choose one of the headings that the outline lists.',
  ),
  mapping_column_unknown: entry(
    422,
    'A mapping names a column that the template does not have',
    'Use the keys of the template.',
  ),
  mapping_column_twice: entry(422, 'A column is mapped twice', 'Map each column once.'),
  mapping_required_missing: entry(
    422,
    'A required column is not mapped',
    'Map it, or give it a default in the template.',
  ),
  identity_column_unmapped: entry(
    422,
    'A column that identifies rows is not mapped',
    'Map it, or identify rows by other columns.',
  ),

  // Schedules
  schedule_cron_invalid: entry(
    422,
    'This is not a cron expression',
    'Use five fields: minute, hour, day of month, month, day of week.',
  ),
  schedule_zone_unknown: entry(422, 'This time zone is not known', 'Use an IANA name such as Europe/Berlin.'),
  schedule_end_before_start: entry(422, 'The schedule ends before it starts', 'Choose a later end.'),
  schedule_interval_too_short: entry(
    422,
    'The schedule runs more often than allowed',
    'Choose a longer interval; the minimum is in `detail`.',
  ),
  schedule_never: entry(422, 'The schedule never runs', 'Choose days that exist, or a later end.'),

  // Jobs and runs
  job_paused_already: entry(409, 'The import job is already paused', 'Resume it to run it on its schedule.'),
  job_not_paused: entry(409, 'The import job is not paused', 'Nothing needs to be done.'),
  job_ended: entry(409, 'The import job has ended', 'Give its schedule a later end, or create a new job.'),
  job_of_uploads: entry(
    409,
    'This import job takes the rows of uploads',
    'It has no source and no schedule: it runs when an upload is finished.',
  ),
  job_changed_meanwhile: entry(
    409,
    'The import job was changed by somebody else',
    'Read it again and repeat your change.',
  ),
  run_not_active: entry(409, 'The run has already finished', 'Nothing needs to be done.'),
  run_not_replayable: entry(
    409,
    'This run has nothing that can be sent again',
    'Only runs whose rows were sent and are still stored can be replayed.',
  ),
  erasure_not_found: entry(
    404,
    'There is no erasure with this id',
    'Check the id; an erasure can be read for 30 days.',
  ),
  run_not_undoable: entry(
    409,
    'This run cannot be taken back',
    'Only a finished run of an upload, whose rows were accepted and are still stored, can be undone.',
  ),
  run_no_rejected_rows: entry(409, 'The receiver rejects no row of this run', 'Nothing needs to be done.'),
  run_already_active: entry(409, 'A run of this job is in progress', 'Wait for it, or cancel it.'),
  run_held_undecided: entry(
    409,
    'A held run of this job waits for a decision',
    'Release or discard the run named in `runId`, or set `whenHeld` of the job to `replace`.',
  ),
  run_not_held: entry(409, 'The run is not held', 'Only a run with the outcome `held` can be decided.'),
  run_decided_already: entry(
    409,
    'Somebody has decided this run already',
    'Nothing needs to be done; the first decision is in `decision`.',
  ),
  run_replaced: entry(
    409,
    'A later run has taken the place of this held run',
    'See the run named in `replacedBy` instead.',
  ),
  run_held_invalid: entry(
    422,
    'Too many rows or values are invalid, so nothing was sent',
    'See the issues of the run. Release it, or discard it and correct the mapping or raise `guardRails.maxInvalidPercent`.',
  ),
  run_held_removed: entry(
    422,
    'Too many known items are missing, so nothing was sent',
    'Check the source. If it is right, release the run, or raise `guardRails.maxRemovedPercent`; else discard it.',
  ),
  run_held_empty: entry(
    422,
    'The source contains no records, so nothing was sent',
    'Check the source. If it may be empty, release the run, or set `guardRails.holdWhenEmpty` to false; else discard it.',
  ),
  run_held_drift: entry(
    422,
    'A mapped path is missing from every record, so nothing was sent',
    'The source has changed its structure: discard the run and map the column again, or release it.',
  ),
  run_held_incomplete: entry(
    422,
    'The source was not complete, so nothing was sent',
    'Check the source. Release the run to send the rows that came, or discard it and let a later run read the whole source.',
  ),
  run_held_churn: entry(
    422,
    'All items have new ids although their content is the same, so nothing was sent',
    'The ids of the source change from fetch to fetch: release the run with `identifyBy`, for example as `held.repair` proposes, so that known items get new row keys. If the items really are new, release it without.',
  ),
  run_held_state: entry(
    422,
    'The list of known items cannot be read, so nothing was sent',
    'Nothing can be compared without it. Release the run to start over: every row of the source is sent as new. Discard it if you restore a backup instead.',
  ),
  item_state_unreadable: entry(
    500,
    'The list of known items cannot be read',
    'Restore a backup, or reset the job: its next run then sends every row of the source as new.',
  ),
  run_cancelled: entry(409, 'The run was cancelled', 'Run the job again if you want to.'),
  run_interrupted: entry(
    500,
    'The run was interrupted too often',
    'Run the job again; if it happens again, report it.',
  ),
  job_auto_paused: entry(
    409,
    'The import job paused itself after too many failed runs',
    'See the last run, correct the cause, then resume the job.',
  ),

  // Deliveries
  delivery_address_private: entry(
    422,
    'The webhook address belongs to a private network',
    'Use a public address. The operator can allow networks with INLET_ALLOWED_PRIVATE_NETWORKS.',
  ),
  delivery_unreachable: entry(
    422,
    'The receiver could not be reached',
    'Check that your webhook is running and can be reached.',
  ),
  delivery_timeout: entry(
    422,
    'The receiver did not answer in time',
    'Answer with 2xx within 30 seconds and do the work afterwards.',
  ),
  delivery_rejected: entry(
    422,
    'The receiver rejected the batch',
    "See the receiver's answer in the delivery, correct the cause, then replay it.",
  ),
  delivery_redirected: entry(
    422,
    'The receiver answered with a redirect, which is not followed',
    'Set the destination to the final address.',
  ),
  delivery_gone: entry(
    422,
    'The receiver reported that this address is gone',
    'Set another destination, then resume the job and replay the delivery.',
  ),
  acknowledgement_unreadable: entry(
    422,
    'The batch was delivered, but the acknowledgement could not be read',
    'Answer with nothing, or with JSON (UTF-8, not compressed, up to 4 MB). Check whether rows were rejected.',
  ),
  delivery_body_expired: entry(
    410,
    'The rows of this delivery are no longer stored',
    'Reset the job to send everything again.',
  ),
} as const satisfies Record<string, ErrorEntry>;

export type ErrorCode = keyof typeof ERRORS;

/** A wrong field of a request: a dotted path from the root of the body, query or parameters. */
export interface FieldError {
  readonly path: string;
  readonly message: string;
}

export interface InletErrorOptions {
  /** Describes this occurrence to a person: names, limits, positions. Never secrets. */
  readonly detail?: string | undefined;
  /** Members added to the problem document, such as `feeds`, `jobs`, `line` and `column`. */
  readonly extra?: Readonly<Record<string, unknown>> | undefined;
  readonly errors?: readonly FieldError[] | undefined;
  readonly cause?: unknown;
}

/** A failure with a code of the table. Expected outcomes are returned, not thrown. */
export class InletError extends Error {
  override readonly name = 'InletError';
  readonly code: ErrorCode;
  readonly detail: string | undefined;
  readonly extra: Readonly<Record<string, unknown>>;
  readonly errors: readonly FieldError[] | undefined;

  constructor(code: ErrorCode, options: InletErrorOptions = {}) {
    super(options.detail ?? ERRORS[code].title, options.cause === undefined ? {} : { cause: options.cause });
    this.code = code;
    this.detail = options.detail;
    this.extra = options.extra ?? {};
    this.errors = options.errors;
  }
}

/** RFC 9457 problem document. `type` is a page of the server that sends it, with one anchor per code. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: ErrorCode;
  readonly detail?: string;
  readonly help: string;
  readonly errors?: readonly FieldError[];
  readonly requestId?: string;
  readonly [member: string]: unknown;
}

const PAGE = '/errors';

export function toProblem(error: InletError, requestId?: string): Problem {
  const { status, title, help } = ERRORS[error.code];
  return {
    ...error.extra,
    type: `${PAGE}#${error.code}`,
    title,
    status,
    code: error.code,
    ...(error.detail === undefined ? {} : { detail: error.detail }),
    help,
    ...(error.errors === undefined ? {} : { errors: error.errors }),
    ...(requestId === undefined ? {} : { requestId }),
  };
}

/** The form of an error that runs, jobs and deliveries store. */
export interface ErrorSummary {
  code: string;
  title: string;
  detail?: string | undefined;
  help: string;
}

export function summarize(error: InletError): ErrorSummary {
  const { title, help } = ERRORS[error.code];
  return { code: error.code, title, ...(error.detail === undefined ? {} : { detail: error.detail }), help };
}
