import {
  InletError,
  type Project,
  type Template,
  type UserTokenClaims,
  type UserTokenSettings,
} from '@inlet/contracts';
import { compactVerify, errors } from 'jose';
import type { Context, KeySet } from '../ports/context.js';
import { findCredentials, validSecrets } from '../projects/credentials.js';
import { invalid, readClaims, readTokenHeader, readUserToken } from './read-user-token.js';

/** Each of them fits one kind of key only, so a token cannot choose another use of a key. */
const KEY_SET_ALGORITHMS = ['RS256', 'PS256', 'ES256', 'ES384', 'EdDSA', 'Ed25519'];

export interface UserTokenRequest {
  readonly token: string;
  readonly project: Project;
  readonly template: Pick<Template, 'id' | 'code'>;
}

/**
 * Verifies a user token as the settings of the project demand, and returns its claims. The settings decide which
 * algorithms may sign; a secret verifies HS256 alone, and a key of the key set never verifies HS256.
 *
 * @throws InletError user_token_invalid, user_token_expired, user_token_key_unknown, user_token_keys_unavailable,
 * user_token_audience_wrong, user_token_template_wrong
 */
export async function verifyUserToken(
  context: Pick<Context, 'store' | 'keySets' | 'now'>,
  { token, project, template }: UserTokenRequest,
): Promise<UserTokenClaims> {
  const { jwksUrl, allowHs256 } = project.userTokens;
  const allowed = [...(allowHs256 ? ['HS256'] : []), ...(jwksUrl === null ? [] : KEY_SET_ALGORITHMS)];
  const { alg } = readTokenHeader(token, allowed);
  const claims =
    alg === 'HS256' || jwksUrl === null
      ? await readWithSecrets(context, project.id, token)
      : await readWithKeySet(context, jwksUrl, token);
  checkAudience(claims, project.userTokens);
  checkTemplate(claims, { settings: project.userTokens, template });
  return claims;
}

async function readWithSecrets(
  context: Pick<Context, 'store' | 'now'>,
  projectId: string,
  token: string,
): Promise<UserTokenClaims> {
  const now = context.now();
  const { userTokenSecrets } = await findCredentials(context, projectId);
  return readUserToken(token, { secrets: validSecrets(userTokenSecrets, now), now });
}

async function readWithKeySet(
  { keySets, now }: Pick<Context, 'keySets' | 'now'>,
  address: string,
  token: string,
): Promise<UserTokenClaims> {
  const verify = async (keySet: KeySet) => {
    const { payload } = await compactVerify(token, keySet, { algorithms: KEY_SET_ALGORITHMS });
    return Buffer.from(payload).toString('utf8');
  };
  try {
    const payload = await verify(await keySets(address, { mustRenew: false })).catch(async (error) => {
      // The host may have begun to sign with a new key.
      if (error instanceof errors.JWKSNoMatchingKey)
        return verify(await keySets(address, { mustRenew: true }));
      throw error;
    });
    return readClaims(payload, now());
  } catch (error) {
    throw translate(error);
  }
}

function translate(error: unknown): unknown {
  if (error instanceof InletError) return error;
  if (error instanceof errors.JWKSNoMatchingKey)
    return new InletError('user_token_key_unknown', {
      detail: 'No key of the key set has its `kid` and fits its algorithm.',
      cause: error,
    });
  if (error instanceof errors.JWKSMultipleMatchingKeys)
    return new InletError('user_token_key_unknown', {
      detail: 'Several keys of the key set fit; its header must name one with `kid`.',
      cause: error,
    });
  if (error instanceof errors.JWSSignatureVerificationFailed || error instanceof errors.JWSInvalid)
    return invalid('Its signature was not made with the key that its header names.');
  const reason = error instanceof Error ? error.message : String(error);
  return new InletError('user_token_keys_unavailable', {
    detail: `The key cannot be used: ${reason}`,
    cause: error,
  });
}

function checkAudience({ aud }: UserTokenClaims, { audience }: UserTokenSettings): void {
  if (audience === null) return;
  const named = Array.isArray(aud) ? aud : [aud];
  if (!named.includes(audience))
    throw new InletError('user_token_audience_wrong', { detail: `Its \`aud\` must contain "${audience}".` });
}

function checkTemplate(
  { template: bound }: UserTokenClaims,
  { settings, template }: { settings: UserTokenSettings; template: Pick<Template, 'id' | 'code'> },
): void {
  if (bound === undefined && settings.requireTemplate)
    throw new InletError('user_token_template_wrong', {
      detail: 'It has no `template`, which this project requires.',
    });
  if (bound !== undefined && bound !== template.id && bound !== template.code)
    throw new InletError('user_token_template_wrong', { detail: 'It is for another template.' });
}
