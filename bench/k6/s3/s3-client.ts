import { hmac, md5, sha256 } from 'k6/crypto';
import http from 'k6/http';
import { encodePath, SignatureV4, type SigningCredential } from '../../src/load/plan/signature-v4.ts';
import { target } from '../environment.ts';
import { expecting, type Answer } from '../expect-answer.ts';
import type { Content } from '../texts.ts';

export interface S3Request {
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE';
  /** Bucket, or bucket and key. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Content;
  /** The request in figures and messages. */
  readonly name: string;
  /** Any other counts as a failed request. */
  readonly statuses: readonly number[];
  /** Give bytes, not text. */
  readonly binary?: boolean;
}

const EMPTY_SHA256 = sha256('', 'hex');

/** Sends requests signed with Signature Version 4. */
export class S3Client {
  private readonly signer: SignatureV4<ArrayBuffer>;

  constructor(credential: SigningCredential = target) {
    this.signer = new SignatureV4<ArrayBuffer>(
      {
        sha256: (text) => sha256(text, 'hex'),
        hmac: (key, text) => hmac('sha256', key, text, 'binary'),
        hmacHex: (key, text) => hmac('sha256', key, text, 'hex'),
      },
      credential,
    );
  }

  send({ method, path, query, headers, body, name, statuses, binary }: S3Request): Answer {
    const encoded = `/${encodePath(path)}`;
    const signed = this.signer.sign({ method, host: target.host, path: encoded, query, headers, payloadSha256: body?.sha256 ?? EMPTY_SHA256 }, Date.now());
    const url = `${target.endpoint}${encoded}${signed.query === '' ? '' : `?${signed.query}`}`;
    return http.request(method, url, body?.text ?? null, {
      headers: { ...signed.headers },
      tags: { name },
      responseCallback: expecting(statuses),
      responseType: binary === true ? 'binary' : 'text',
    });
  }

  /** A request with a document; S3 wants the MD5 of some. */
  sendDocument(request: S3Request & { readonly body: Content }): Answer {
    return this.send({ ...request, headers: { ...request.headers, 'content-md5': md5(request.body.text, 'base64') } });
  }
}

export const s3 = new S3Client();
