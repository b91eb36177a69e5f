import { SignJWT } from 'jose';
import { setting } from '../../../lib/inlet';
import { currentUserId } from '../../../lib/session';

/** Signs a token for the user who is signed in. The user comes from the session, never from the request. */
export async function POST(): Promise<Response> {
  const token = await new SignJWT()
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(await currentUserId())
    .setExpirationTime('15 minutes')
    .sign(new TextEncoder().encode(setting('INLET_USER_TOKEN_SECRET')));
  return new Response(token);
}
