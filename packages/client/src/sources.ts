import type { OutlineResponse, PreviewResponse, SuggestMappingResponse } from '@inlet/contracts';
import type { OutlineQuestion, PreviewQuestion, SuggestionQuestion } from './input-types.js';
import type { PostOptions, Sender } from './send-request.js';

/** First looks at a source. */
export const sourceCalls = (sender: Sender) => ({
  outline: (question: OutlineQuestion, options?: PostOptions): Promise<OutlineResponse> =>
    sender.json({ method: 'POST', path: '/sources/outline', body: question, options }),

  suggestMapping: (question: SuggestionQuestion, options?: PostOptions): Promise<SuggestMappingResponse> =>
    sender.json({ method: 'POST', path: '/sources/suggest-mapping', body: question, options }),

  /** The first rows as a run would deliver them. */
  preview: (question: PreviewQuestion, options?: PostOptions): Promise<PreviewResponse> =>
    sender.json({ method: 'POST', path: '/sources/preview', body: question, options }),
});
