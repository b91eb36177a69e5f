import { secondsFromNow, signUserToken } from '../../packages/testing/dist/index.js';
import { templateInput } from './import-setup.mjs';
import { request, requireOk } from './servers.mjs';

const ORIGIN = 'https://shop.example';

/** Opens sessions with user tokens, and calls routes with session tokens and keys, that are forged, old or of others. */
export async function forgeTokens({ shared, note, random }) {
  const { address, projects } = await shared();
  const [own, other] = projects;
  const body = templateInput({ code: 'tokens' });
  const { id } = await requireOk(`${address}/v1/templates`, { method: 'POST', key: own.secretKey, body });
  const open = (userToken) =>
    request(`${address}/widget/v1/sessions`, {
      method: 'POST',
      body: { publishableKey: own.publishableKey, template: id, origin: ORIGIN, userToken },
    });
  const use = (token) => request(`${address}/widget/v1/template`, { token });
  const useKey = (key) => request(`${address}/v1/project`, { key });
  const tryAll = (kind, forged, send) =>
    Promise.all(
      [...forged].map(async ([what, token]) => {
        const { status, text } = await send(token);
        note(`${kind} ${what}`, status >= 400 && status < 500 ? null : `was answered with ${status} ${text}`);
      }),
    );
  const valid = userTokenOf(own);
  const session = await open(valid);
  note('a valid user token', session.status === 201 ? null : `was refused: ${session.text}`);
  const { sessionToken } = session.json;
  note('a valid session', (await use(sessionToken)).status === 200 ? null : 'was refused');
  await tryAll('a user token', forgedUserTokens({ own, other, random }), open);
  await tryAll('a session token', forgedSessions({ sessionToken, userToken: valid, own, random }), use);
  await tryAll('a secret key', forgedKeys({ own, sessionToken, random }), useKey);
}

const userTokenOf = ({ userTokenSecret: secret }, { claims = {}, ...options } = {}) =>
  signUserToken({ secret, claims: { sub: 'ada', exp: secondsFromNow(600), ...claims }, ...options });

function* forgedUserTokens({ own, other, random }) {
  const valid = userTokenOf(own);
  const [head, claims, signature] = valid.split('.');
  const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const admin = part({ sub: 'admin', exp: secondsFromNow(600) });
  yield ['of another project', userTokenOf(other)];
  yield ['signed with the webhook secret', userTokenOf({ userTokenSecret: own.webhookSecret })];
  yield ['signed with the publishable key', userTokenOf({ userTokenSecret: own.publishableKey })];
  yield ['signed with nothing', userTokenOf({ userTokenSecret: '' })];
  for (const alg of ['none', 'None', 'NONE', 'nOnE', '', null, 'HS256 ', ['HS256']]) {
    yield [`with alg ${JSON.stringify(alg)} and no signature`, `${part({ alg, typ: 'JWT' })}.${admin}.`];
    yield [`with alg ${JSON.stringify(alg)} and a valid signature`, userTokenOf(own, { header: { alg } })];
  }
  for (const [alg, hash] of [
    ['HS384', 'sha384'],
    ['HS512', 'sha512'],
    ['RS256', 'sha256'],
    ['ES256', 'sha256'],
    ['EdDSA', 'sha256'],
  ])
    yield [`with alg ${alg} and the secret as its key`, userTokenOf(own, { header: { alg }, hash })];
  yield ['with another hash under the name HS256', userTokenOf(own, { hash: 'sha512' })];
  yield ['with critical extensions', userTokenOf(own, { header: { alg: 'HS256', crit: ['exp'] } })];
  yield ['that has expired', userTokenOf(own, { claims: { exp: secondsFromNow(-1) } })];
  yield ['that expired long ago', userTokenOf(own, { claims: { exp: 1 } })];
  yield ['without an expiry', userTokenOf(own, { claims: { exp: undefined } })];
  yield ['that is valid for years', userTokenOf(own, { claims: { exp: secondsFromNow(1e8) } })];
  yield ['with an expiry that is a text', userTokenOf(own, { claims: { exp: String(secondsFromNow(600)) } })];
  yield ['that is not valid yet', userTokenOf(own, { claims: { nbf: secondsFromNow(3600) } })];
  yield ['from the future', userTokenOf(own, { claims: { iat: secondsFromNow(3600) } })];
  yield ['without a user', userTokenOf(own, { claims: { sub: undefined } })];
  yield ['of an empty user', userTokenOf(own, { claims: { sub: '' } })];
  yield ['of a list of users', userTokenOf(own, { claims: { sub: ['ada', 'admin'] } })];
  yield ['with other claims under its signature', `${head}.${admin}.${signature}`];
  yield [
    'with deep claims',
    userTokenOf(own, { claims: { extra: JSON.parse('['.repeat(2000) + ']'.repeat(2000)) } }),
  ];
  yield ['without a signature', `${head}.${claims}.`];
  yield ['with half a signature', `${head}.${claims}.${signature.slice(0, 21)}`];
  yield ['of four parts', `${valid}.${signature}`];
  yield ['that is empty', '.'.repeat(2)];
  yield ['that is no JSON', `${Buffer.from('{').toString('base64url')}.${claims}.${signature}`];
  for (let count = 0; count < 20; count += 1) yield [`altered at random (${count})`, alter(valid, random)];
}

function* forgedSessions({ sessionToken, userToken, own, random }) {
  const [version, content, signature] = sessionToken.split('.');
  yield ['that is a user token', userToken];
  yield ['that is the secret key', own.secretKey];
  yield ['that is the publishable key', own.publishableKey];
  yield ['of another version', `v2.${content}.${signature}`];
  yield ['without a signature', `${version}.${content}.`];
  yield ['with a signature of zeros', `${version}.${content}.${'A'.repeat(43)}`];
  yield [
    'with other content',
    `${version}.${Buffer.from('{"projectId":"x"}').toString('base64url')}.${signature}`,
  ];
  yield ['that is empty', 'v1..'];
  for (let count = 0; count < 20; count += 1)
    yield [`altered at random (${count})`, alter(sessionToken, random)];
}

function* forgedKeys({ own, sessionToken, random }) {
  yield ['that is a session token', sessionToken];
  yield ['that is the publishable key', own.publishableKey];
  yield ['that is the user-token secret', own.userTokenSecret];
  yield ['in capitals', own.secretKey.toUpperCase()];
  yield ['with a character more', `${own.secretKey}x`];
  yield ['with a character less', own.secretKey.slice(0, -1)];
  for (let count = 0; count < 10; count += 1)
    yield [`altered at random (${count})`, alter(own.secretKey, random)];
}

/** Replaces one letter or digit. Not the last of a part, whose lowest bits mean nothing in base64url. */
function alter(text, random) {
  const places = [...text.matchAll(/\w(?=\w)/g)].map(({ index }) => index);
  const at = places[random.between(0, places.length - 1)];
  const letters = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'.replace(text[at], '');
  return text.slice(0, at) + letters[random.between(0, letters.length - 1)] + text.slice(at + 1);
}
