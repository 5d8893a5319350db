import { describe, expect, it } from '@jest/globals';
import { AwsChunkedDecoder } from '../chunked/decode-aws-chunked.js';
import { encodeAwsChunked } from '../chunked/encode-aws-chunked.js';
import { readSignature } from './read-signature.js';
import type { SignedRequestView } from './request.js';
import { presignUrl, signRequest } from './sign-request.js';
import { SigningKeyCache } from './signing-key.js';
import { verifySignature } from './verify-signature.js';

/** The worked examples of the Amazon S3 API Reference, "Authenticating Requests (AWS Signature Version 4)". */
const SECRET = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY';
const CREDENTIAL = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secret: SECRET, region: 'us-east-1' };
const NOW = Date.UTC(2013, 4, 24);
const OPTIONS = { now: NOW, region: 'us-east-1', keyCache: new SigningKeyCache() };
const HOST = 'examplebucket.s3.amazonaws.com';
const EMPTY = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

interface Example {
  name: string;
  method: string;
  rawPath: string;
  rawQuery: string;
  headers: Record<string, string>;
  payloadHash: string;
  signature: string;
}

const EXAMPLES: Example[] = [
  {
    name: 'GET object with a range',
    method: 'GET',
    rawPath: '/test.txt',
    rawQuery: '',
    headers: { range: 'bytes=0-9' },
    payloadHash: EMPTY,
    signature: 'f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41',
  },
  {
    name: 'PUT object',
    method: 'PUT',
    rawPath: '/test%24file.text',
    rawQuery: '',
    headers: { date: 'Fri, 24 May 2013 00:00:00 GMT', 'x-amz-storage-class': 'REDUCED_REDUNDANCY' },
    payloadHash: '44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072',
    signature: '98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd',
  },
  {
    name: 'GET bucket lifecycle',
    method: 'GET',
    rawPath: '/',
    rawQuery: 'lifecycle',
    headers: {},
    payloadHash: EMPTY,
    signature: 'fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543',
  },
  {
    name: 'GET bucket (list objects)',
    method: 'GET',
    rawPath: '/',
    rawQuery: 'max-keys=2&prefix=J',
    headers: {},
    payloadHash: EMPTY,
    signature: '34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7',
  },
];

describe('AWS examples: header form', () => {
  it.each(EXAMPLES)('$name', ({ signature, ...request }) => {
    const signed = signRequest({ ...request, host: HOST }, CREDENTIAL, NOW);
    expect(signed.signing.seedSignature).toBe(signature);
    const view: SignedRequestView = { ...request, headers: signed.headers };
    const read = readSignature(view);
    expect(read?.signature).toBe(signature);
    expect(read?.accessKeyId).toBe('AKIAIOSFODNN7EXAMPLE');
    expect(verifySignature(view, read!, SECRET, OPTIONS).seedSignature).toBe(signature);
  });

  it('accepts the lax path `/test$file.text` of the PUT example', () => {
    const { signature, ...request } = EXAMPLES[1]!;
    const signed = signRequest({ ...request, host: HOST }, CREDENTIAL, NOW);
    const view = { ...request, rawPath: '/test$file.text', headers: signed.headers };
    expect(verifySignature(view, readSignature(view)!, SECRET, OPTIONS).seedSignature).toBe(signature);
  });
});

describe('AWS examples: presigned', () => {
  const url =
    '/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404';

  it('is made', () => {
    expect(presignUrl({ method: 'GET', host: HOST, rawPath: '/test.txt' }, CREDENTIAL, 86_400, NOW)).toBe(url);
  });

  it('is verified', () => {
    const [rawPath = '', rawQuery = ''] = url.split('?');
    const view: SignedRequestView = { method: 'GET', rawPath, rawQuery, headers: { host: HOST } };
    const read = readSignature(view)!;
    expect(read).toMatchObject({ form: 'query', expiresIn: 86_400, payloadHash: { kind: 'unsigned' } });
    verifySignature(view, read, SECRET, OPTIONS);
  });
});

describe('AWS examples: chunked upload of 66,560 bytes', () => {
  const payload = Buffer.alloc(66_560, 'a');
  const request = {
    method: 'PUT',
    rawPath: '/examplebucket/chunkObject.txt',
    rawQuery: '',
    host: 's3.amazonaws.com',
  };

  it('signed chunks', () => {
    const headers = {
      'content-encoding': 'aws-chunked',
      'content-length': '66824',
      'x-amz-decoded-content-length': '66560',
      'x-amz-storage-class': 'REDUCED_REDUNDANCY',
    };
    const signed = signRequest(
      { ...request, headers, payloadHash: 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD' },
      CREDENTIAL,
      NOW,
    );
    expect(signed.signing.seedSignature).toBe('4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9');
    const wire = encodeAwsChunked(payload, { framing: 'signed', signing: signed.signing });
    expect(wire.length).toBe(66_824);
    expect(wire.toString('latin1').match(/chunk-signature=[0-9a-f]+/g)).toEqual([
      'chunk-signature=ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648',
      'chunk-signature=0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497',
      'chunk-signature=b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9',
    ]);
    const decoder = new AwsChunkedDecoder({ framing: 'signed', signing: signed.signing, decodedLength: 66_560 });
    const decoded: Uint8Array[] = [];
    decoder.push(wire, decoded);
    decoder.end();
    expect(Buffer.concat(decoded).equals(payload)).toBe(true);
  });

  it('signed chunks and trailer', () => {
    const headers = {
      'content-encoding': 'aws-chunked',
      'x-amz-decoded-content-length': '66560',
      'x-amz-storage-class': 'REDUCED_REDUNDANCY',
      'x-amz-trailer': 'x-amz-checksum-crc32c',
    };
    const signed = signRequest(
      { ...request, headers, payloadHash: 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER' },
      CREDENTIAL,
      NOW,
    );
    expect(signed.signing.seedSignature).toBe('106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e');
    const wire = encodeAwsChunked(payload, {
      framing: 'signed-trailer',
      signing: signed.signing,
      trailers: { 'x-amz-checksum-crc32c': 'sOO8/Q==' },
    });
    expect(wire.toString('latin1').match(/signature[=:][0-9a-f]+/g)).toEqual([
      'signature=b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2',
      'signature=1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7',
      'signature=2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992',
      'signature:d81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435',
    ]);
  });
});
