import crypto, { type KeyObject } from 'node:crypto';
import net from 'node:net';

export interface TestCertificate {
  /** PEM. */
  readonly cert: string;
  readonly key: string;
}

export interface CertificateRequest {
  /** `CN`, `O` and `C` with their values, the most general first. */
  readonly subject?: readonly (readonly [type: 'CN' | 'O' | 'C', value: string])[];
  /** `DNS:name`, `URI:…`, `email:…`, `IP:…` */
  readonly subjectAltNames?: readonly string[];
  /** Milliseconds since the epoch; default: a day ago and in a day. */
  readonly validFrom?: number;
  readonly validTo?: number;
}

const DAY_MS = 86_400_000;
const OIDS = { C: '550406', O: '55040a', CN: '550403', subjectAltName: '551d11', basicConstraints: '551d13', ecdsaWithSha256: '2a8648ce3d040302' };
const NAME_TAGS: Readonly<Record<string, number>> = { email: 0x81, DNS: 0x82, URI: 0x86, IP: 0x87 };

/** A certificate authority for tests: makes X.509 certificates (RFC 5280) with keys on P-256, with no tool but Node. */
export class TestAuthority {
  /** Of the authority itself, PEM. */
  readonly cert: string;
  private readonly key: KeyObject;
  private readonly name: Buffer;

  constructor(commonName = 'Test CA') {
    const { publicKey, privateKey } = crypto.generateKeyPairSync('ec', { namedCurve: 'P-256' });
    this.key = privateKey;
    this.name = distinguishedName([['CN', commonName]]);
    const isCa = sequence(oid(OIDS.basicConstraints), tlv(0x01, Buffer.from([0xff])), tlv(0x04, sequence(tlv(0x01, Buffer.from([0xff])))));
    this.cert = this.sign(this.name, publicKey, [isCa], Date.now() - DAY_MS, Date.now() + DAY_MS);
  }

  issue({ subject = [], subjectAltNames = [], validFrom = Date.now() - DAY_MS, validTo = Date.now() + DAY_MS }: CertificateRequest = {}): TestCertificate {
    const { publicKey, privateKey } = crypto.generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const names = sequence(oid(OIDS.subjectAltName), tlv(0x04, sequence(...subjectAltNames.map(generalName))));
    const cert = this.sign(distinguishedName(subject), publicKey, subjectAltNames.length === 0 ? [] : [names], validFrom, validTo);
    return { cert, key: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string };
  }

  private sign(subject: Buffer, publicKey: KeyObject, extensions: readonly Buffer[], validFrom: number, validTo: number): string {
    const algorithm = sequence(oid(OIDS.ecdsaWithSha256));
    const serial = tlv(0x02, Buffer.concat([Buffer.from([1]), crypto.randomBytes(8)]));
    const version3 = tlv(0xa0, tlv(0x02, Buffer.from([2])));
    const spki = publicKey.export({ type: 'spki', format: 'der' });
    const added = extensions.length === 0 ? [] : [tlv(0xa3, sequence(...extensions))];
    const body = sequence(version3, serial, algorithm, this.name, sequence(time(validFrom), time(validTo)), subject, spki, ...added);
    const signature = tlv(0x03, Buffer.concat([Buffer.from([0]), crypto.sign('sha256', body, this.key)]));
    const base64 = sequence(body, algorithm, signature).toString('base64');
    return `-----BEGIN CERTIFICATE-----\n${base64.match(/.{1,64}/g)!.join('\n')}\n-----END CERTIFICATE-----\n`;
  }
}

function distinguishedName(parts: NonNullable<CertificateRequest['subject']>): Buffer {
  return sequence(...parts.map(([type, value]) => tlv(0x31, sequence(oid(OIDS[type]), tlv(0x0c, Buffer.from(value))))));
}

function generalName(name: string): Buffer {
  const [kind = ''] = name.split(':', 1);
  const value = name.slice(kind.length + 1);
  if (kind !== 'IP') return tlv(NAME_TAGS[kind]!, Buffer.from(value));
  if (!net.isIPv4(value)) throw new TypeError('Only addresses of IPv4 are made');
  return tlv(NAME_TAGS['IP']!, Buffer.from(value.split('.').map(Number)));
}

/** UTCTime: years up to 2049. */
function time(at: number): Buffer {
  const digits = new Date(at).toISOString().replace(/\D/g, '').slice(2, 14);
  return tlv(0x17, Buffer.from(`${digits}Z`));
}

function oid(hex: string): Buffer {
  return tlv(0x06, Buffer.from(hex, 'hex'));
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return tlv(0x30, Buffer.concat(parts));
}

function tlv(tag: number, value: Buffer): Buffer {
  const { length } = value;
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), value]);
}
