import { createHash, createHmac } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { readSignature, SigningKeyCache, signRequest, verifySignature } from '@zas/s3-protocol';
import { encodePart, encodePath, SignatureV4, type RequestToSign, type SigningCrypto } from './signature-v4.js';

const nodeCrypto: SigningCrypto<Buffer> = {
  sha256: (text) => createHash('sha256').update(text).digest('hex'),
  hmac: (key, text) => createHmac('sha256', key).update(text).digest(),
  hmacHex: (key, text) => createHmac('sha256', key).update(text).digest('hex'),
};
/** The worked examples of the Amazon S3 API Reference, "Authenticating Requests (AWS Signature Version 4)". */
const CREDENTIAL = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secret: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY', region: 'us-east-1' };
const NOW = Date.UTC(2013, 4, 24);
const EMPTY = nodeCrypto.sha256('');
const REQUEST = { method: 'GET', host: 'examplebucket.s3.amazonaws.com', path: '/', payloadSha256: EMPTY };

const signer = () => new SignatureV4(nodeCrypto, CREDENTIAL);
const signatureOf = (request: RequestToSign) => signer().sign(request, NOW).headers['authorization']!.split('Signature=')[1];

describe('SignatureV4', () => {
  it.each<[string, Partial<RequestToSign>, string]>([
    ['GET object with a range', { path: '/test.txt', headers: { range: 'bytes=0-9' } }, 'f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41'],
    [
      'PUT object',
      {
        method: 'PUT',
        path: '/test%24file.text',
        headers: { date: 'Fri, 24 May 2013 00:00:00 GMT', 'x-amz-storage-class': 'REDUCED_REDUNDANCY' },
        payloadSha256: nodeCrypto.sha256('Welcome to Amazon S3.'),
      },
      '98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd',
    ],
    ['GET bucket lifecycle', { query: { lifecycle: '' } }, 'fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543'],
    ['GET bucket (list objects)', { query: { prefix: 'J', 'max-keys': '2' } }, '34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7'],
  ])('makes the signature of the AWS example: %s', (_, request, signature) => {
    expect(signatureOf({ ...REQUEST, ...request })).toBe(signature);
  });

  it('is what the server verifies, and the same as the server makes, for keys and values of all kinds', () => {
    const keys = ['plain', 'with space', "quo'te(s)!*", 'ünïcode/🦜', 'a+b=c&d', '~tilde-._'];
    for (const key of keys) {
      const path = `/bucket/${encodePath(key)}`;
      const query = { prefix: key, 'list-type': '2', marker: '' };
      const { headers, query: rawQuery } = signer().sign({ ...REQUEST, path, query }, NOW);
      const view = { method: 'GET', rawPath: path, rawQuery, headers: { ...headers, host: REQUEST.host } };
      const verified = verifySignature(view, readSignature(view)!, CREDENTIAL.secret, { now: NOW, region: 'us-east-1', keyCache: new SigningKeyCache() });
      const own = signRequest({ method: 'GET', host: REQUEST.host, rawPath: path, rawQuery, payloadHash: EMPTY }, CREDENTIAL, NOW);
      expect(verified.seedSignature).toBe(own.signing.seedSignature);
    }
  });

  it('changes its key with the day, and with nothing else', () => {
    const derived: string[] = [];
    const one = new SignatureV4({ ...nodeCrypto, hmac: (key, text) => (derived.push(text), nodeCrypto.hmac(key, text)) }, CREDENTIAL);
    for (const hours of [0, 1, 23, 24, 25]) one.sign(REQUEST, NOW + hours * 3_600_000);
    expect(derived.filter((text) => /^\d{8}$/.test(text))).toEqual(['20130524', '20130525']);
  });

  it('encodes what AWS encodes', () => {
    expect(encodePart("a b/c!'()*~é")).toBe('a%20b%2Fc%21%27%28%29%2A~%C3%A9');
    expect(encodePath('a b/c')).toBe('a%20b/c');
  });
});
