import type { UploadView } from '@inlet/contracts';
import { useEffect, useRef } from 'react';
import { isAbort } from '../api/api-problem.js';
import type { UploadsApi } from '../api/create-uploads-api.js';

/** Time before the next attempt after the stream of events broke. The upload itself is asked for until then. */
const RETRY_DELAY_MS = 2000;

interface FollowOptions {
  readonly uploads: UploadsApi;
  readonly uploadId: string | null;
  readonly onChange: (upload: UploadView) => void;
}

/** Follows the changes of an upload as long as the component is shown. */
export function useFollowUpload({ uploads, uploadId, onChange }: FollowOptions): void {
  const latest = useRef(onChange);
  latest.current = onChange;
  useEffect(() => {
    if (uploadId === null) return;
    const controller = new AbortController();
    const { signal } = controller;
    const follow = async () => {
      while (!signal.aborted) {
        try {
          for await (const upload of uploads.follow(uploadId, signal)) latest.current(upload);
        } catch (error) {
          if (isAbort(error) || signal.aborted) return;
        }
        await new Promise((resolve) => setTimeout(resolve, RETRY_DELAY_MS));
        if (signal.aborted) return;
        await uploads.get(uploadId, signal).then(
          (upload) => latest.current(upload),
          () => undefined,
        );
      }
    };
    void follow();
    return () => controller.abort();
  }, [uploads, uploadId]);
}
