import encoding from 'k6/encoding';
import http from 'k6/http';
import { target } from '../environment.ts';
import { expecting, type Answer } from '../expect-answer.ts';

export interface RestRequest {
  readonly method: 'GET' | 'PUT' | 'POST' | 'DELETE';
  readonly path: string;
  readonly document?: unknown;
  readonly name: string;
  readonly statuses: readonly number[];
}

const AUTHORIZATION = `Basic ${encoding.b64encode(`${target.accessKeyId}:${target.secret}`)}`;

/** Sends JSON with Basic credentials. */
export function sendRest({ method, path, document, name, statuses }: RestRequest): Answer {
  return http.request(method, `${target.endpoint}${path}`, document === undefined ? null : JSON.stringify(document), {
    headers: { authorization: AUTHORIZATION, ...(document !== undefined && { 'content-type': 'application/json' }) },
    tags: { name },
    responseCallback: expecting(statuses),
  });
}
