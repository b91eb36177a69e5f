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
  /** Called while the source comes in, about ten times a second. */
  readonly onProgress?: (progress: OutlineProgress) => void;
}

/** First looks at a source. */
export const sourceCalls = (sender: Sender) => ({
  /** With `onProgress`, the time that one attempt may take is up to the server. */
  outline: (
    question: OutlineQuestion,
    { onProgress, ...options }: OutlineOptions = {},
  ): Promise<OutlineResponse> => {
    const request = { method: 'POST' as const, path: '/sources/outline', body: question, options };
    return onProgress ? followOutline(sender, { request, onProgress }) : sender.json(request);
  },

  suggestMapping: (question: SuggestionQuestion, options?: PostOptions): Promise<SuggestMappingResponse> =>
    sender.json({ method: 'POST', path: '/sources/suggest-mapping', body: question, options }),

  /** The first rows as a run would deliver them. */
  preview: (question: PreviewQuestion, options?: PostOptions): Promise<PreviewResponse> =>
    sender.json({ method: 'POST', path: '/sources/preview', body: question, options }),
});
