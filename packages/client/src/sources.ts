import type {
  OutlineProgress,
  OutlineResponse,
  PreviewResponse,
  SuggestMappingResponse,
} from '@inlet/contracts';
import { followOutline } from './follow-outline.js';
import type { OutlineQuestion, PreviewQuestion, SuggestionQuestion } from './input-types.js';
import type { PostOptions, Sender } from './send-request.js';

export interface OutlineOptions extends PostOptions {
  /** Called while the source is read, about ten times a second. */
  readonly onProgress?: ((progress: OutlineProgress) => void) | undefined;
}

/** Reads the first part of a source, before a job for it exists. */
export const sourceCalls = (sender: Sender) => ({
  /** With `onProgress`, the client's `timeoutMs` does not apply. */
  outline: (
    question: OutlineQuestion,
    { onProgress, ...options }: OutlineOptions = {},
  ): Promise<OutlineResponse> => {
    const request = { method: 'POST' as const, path: '/sources/outline', body: question, options };
    return onProgress ? followOutline(sender, request, onProgress) : sender.json(request);
  },

  suggestMapping: (question: SuggestionQuestion, options?: PostOptions): Promise<SuggestMappingResponse> =>
    sender.json({ method: 'POST', path: '/sources/suggest-mapping', body: question, options }),

  /** Returns the first rows as a run would deliver them. */
  preview: (question: PreviewQuestion, options?: PostOptions): Promise<PreviewResponse> =>
    sender.json({ method: 'POST', path: '/sources/preview', body: question, options }),
});
