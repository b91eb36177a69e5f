import { generateKeyPairSync, sign } from 'node:crypto';

export interface TestCertificate {
  /** PEM. */
  readonly key: string;
  /** PEM; signed by itself, so it is its own authority. */
  readonly cert: string;
}

export interface TestCertificateOptions {
  /** IPv4 addresses that the certificate is for. Default 127.0.0.1. */
  readonly addresses?: readonly string[];
  readonly names?: readonly string[];
  readonly notBefore?: Date;
  readonly notAfter?: Date;
}

const OID = {
  commonName: [0x55, 0x04, 0x03],
  subjectAltName: [0x55, 0x1d, 0x11],
  ecdsaWithSha256: [0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02],
};

/** Makes a self-signed X.509 certificate (RFC 5280), so that TLS can be tested with nothing but Node. */
export function createTestCertificate(options: TestCertificateOptions = {}): TestCertificate {
  const { addresses = ['127.0.0.1'], names = [] } = options;
  const year = 365 * 86_400_000;
  const notBefore = options.notBefore ?? new Date(Date.now() - year);
  const notAfter = options.notAfter ?? new Date(Date.now() + year);
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const algorithm = sequence(tlv(0x06, OID.ecdsaWithSha256));
  const name = sequence(tlv(0x31, sequence(tlv(0x06, OID.commonName), tlv(0x0c, Buffer.from('Inlet test')))));
  const subjectAltName = sequence(
    ...names.map((text) => tlv(0x82, Buffer.from(text))),
    ...addresses.map((text) => tlv(0x87, text.split('.').map(Number))),
  );
  const extension = sequence(tlv(0x06, OID.subjectAltName), tlv(0x04, subjectAltName));
  const body = sequence(
    tlv(0xa0, tlv(0x02, [2])),
    tlv(0x02, [1]),
    algorithm,
    name,
    sequence(time(notBefore), time(notAfter)),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    tlv(0xa3, sequence(extension)),
  );
  const signature = sign('sha256', body, privateKey);
  const certificate = sequence(body, algorithm, tlv(0x03, Buffer.concat([Buffer.of(0), signature])));
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    cert: `-----BEGIN CERTIFICATE-----\n${certificate.toString('base64')}\n-----END CERTIFICATE-----\n`,
  };
}

/** One DER element: tag, length, content. */
function tlv(tag: number, content: Uint8Array | readonly number[]): Buffer {
  const bytes = Buffer.from(content);
  const { length } = bytes;
  const header =
    length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 255];
  return Buffer.concat([Buffer.from([tag, ...header]), bytes]);
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return tlv(0x30, Buffer.concat(parts));
}

/** GeneralizedTime would be wrong before 2050, says RFC 5280, section 4.1.2.5. */
function time(date: Date): Buffer {
  const digits = date.toISOString().replace(/[-:T]/g, '').slice(2, 14);
  return tlv(0x17, Buffer.from(`${digits}Z`));
}
