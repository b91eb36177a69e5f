/** The `version` member that makes a JSON document a JSON Feed; group 1 is the number (jsonfeed.org, version 1.1). */
export const JSON_FEED_VERSION = /"version"\s*:\s*"https?:\\?\/\\?\/jsonfeed\.org\\?\/version\\?\/([0-9.]+)"/;
