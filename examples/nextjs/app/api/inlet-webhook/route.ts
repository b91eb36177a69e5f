import { verifyWebhook, WebhookVerificationError } from '@inlet/client';
import { keepRows } from '../../../lib/articles';
import { setting } from '../../../lib/inlet';

/** The destination of the template `articles`. Any answer other than 2xx makes Inlet send the delivery again. */
export async function POST(request: Request): Promise<Response> {
  // The signature is that of the bytes as they came.
  const body = await request.text();
  try {
    const event = verifyWebhook({ secret: setting('INLET_WEBHOOK_SECRET'), headers: request.headers, body });
    keepRows(request.headers.get('webhook-id') ?? '', event);
    return new Response(null, { status: 204 });
  } catch (error) {
    if (!(error instanceof WebhookVerificationError)) throw error;
    return new Response(error.message, { status: 401 });
  }
}
