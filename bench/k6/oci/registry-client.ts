import encoding from 'k6/encoding';
import http from 'k6/http';
import { target } from '../environment.ts';
import { expecting, type Answer } from '../expect-answer.ts';

export interface RegistryRequest {
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE';
  /** Behind the endpoint, or a whole location as a registry answers it. */
  readonly path: string;
  readonly body?: string;
  readonly contentType?: string;
  readonly name: string;
  readonly statuses: readonly number[];
  readonly binary?: boolean;
}

export const OCI_MANIFEST = 'application/vnd.oci.image.manifest.v1+json';

const AUTHORIZATION = `Basic ${encoding.b64encode(`${target.accessKeyId}:${target.secret}`)}`;

/** Sends requests with Basic credentials, as container tools do. */
export function sendToRegistry({ method, path, body, contentType, name, statuses, binary }: RegistryRequest): Answer {
  const url = path.startsWith('/') ? `${target.endpoint}${path}` : path;
  // A location elsewhere would carry the credentials away.
  if (!url.startsWith(`${target.endpoint}/`)) throw new Error(`The registry sent us to another server: ${url}`);
  return http.request(method, url, body ?? null, {
    headers: { authorization: AUTHORIZATION, accept: OCI_MANIFEST, ...(contentType !== undefined && { 'content-type': contentType }) },
    tags: { name },
    responseCallback: expecting(statuses),
    responseType: binary === true ? 'binary' : 'text',
  });
}
