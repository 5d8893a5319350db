import { coerced } from './read-by-schema.js';
import type { ContractRequest } from './contract-case.js';
import type { ContractDocument, Operation, Parameter } from './contract-document.js';

export interface ReceivedAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly text: string;
}

/** Headers of a protocol, as opposed to HTTP's own business. */
const TELLING = /^(x-amz-|x-audit-|docker-|oci-|access-control-|etag$|location$|range$|link$|content-range$|last-modified$|accept-ranges$|allow$|retry-after$|www-authenticate$|x-request-id$)/;
const METADATA = /^x-amz-meta-/;
/** Sent by all; the security schemes and the request bodies tell of them. */
const UNTOLD = /^(authorization|host|content-type|content-length|accept|cookie|x-csrf-token|x-amz-date|x-amz-content-sha256|x-amz-security-token|x-amz-meta-.*)$/;

/** What of an answer is not as the document says; empty: all is well. */
export function answerProblems(document: ContractDocument, operation: Operation, { status, headers, text }: ReceivedAnswer): readonly string[] {
  const answer = document.answer(operation, status);
  if (!answer) return [`status ${status} is not documented: ${text.slice(0, 300)}`];
  const documented = Object.entries(answer.headers ?? {}).map(([name, header]) => [name.toLowerCase(), document.followed(header)] as const);
  const names = new Set(documented.map(([name]) => name));
  const type = headers['content-type'];
  return [
    ...documented.flatMap(([name, { required, schema }]) => {
      const value = headers[name];
      if (value === undefined) return required ? [`${name} is missing`] : [];
      const told = document.followed(schema!);
      return document.schemaProblems(told, coerced(String(value), told.type)).map((problem) => `${name}: ${problem}`);
    }),
    ...Object.keys(headers).filter((name) => TELLING.test(name) && !METADATA.test(name) && !names.has(name)).map((name) => `${name} is not documented`),
    ...document.bodyProblems(answer.content, typeof type === 'string' ? type : undefined, text),
    ...codeProblems(answer['x-error-codes'], text),
  ];
}

function codeProblems(codes: readonly string[] | undefined, text: string): readonly string[] {
  const code = codeOf(text);
  return codes === undefined || code === undefined || codes.includes(code) ? [] : [`the code ${code} is not documented`];
}

/** Of an error document of any door. */
export function codeOf(text: string): string | undefined {
  return /<Code>(\w+)<\/Code>/.exec(text)?.[1] ?? /"code":"([\w-]+)"/.exec(text)?.[1];
}

/** What of a right request the document does not tell: path, parameters, body. */
export function requestProblems(document: ContractDocument, operation: Operation, { path, headers: all = {}, body, payloadHash }: ContractRequest): readonly string[] {
  const headers = Object.fromEntries(Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined));
  const [place = '', query = ''] = path.split('?', 2);
  const sent = [...new URLSearchParams(query)].map(([name, value]) => ['query', name, value] as const);
  const parts = [...sent, ...Object.entries(headers).map(([name, value]) => ['header', name.toLowerCase(), value] as const)];
  const told = (kind: string, name: string): Parameter | undefined => operation.parameters.find((parameter) => parameter.in === kind && parameter.name.toLowerCase() === name.toLowerCase());
  return [
    ...(patternOf(operation.path).test(place) ? [] : [`${place} is not ${operation.path}`]),
    ...operation.parameters
      .filter((parameter) => parameter.required && parameter.in !== 'path' && !parts.some(([kind, name]) => told(kind, name) === parameter))
      .map(({ name }) => `${name} has to be sent`),
    ...parts.flatMap(([kind, name, value]) => {
      const parameter = told(kind, name);
      if (!parameter) return kind === 'header' && UNTOLD.test(name) ? [] : [`the ${kind} parameter ${name} is not documented`];
      const { type } = parameter.schema;
      return document.schemaProblems(parameter.schema, type === 'array' ? [value] : coerced(value, type)).map((problem) => `${name}: ${problem}`);
    }),
    // Chunks of a signed body are not what they hold.
    ...(payloadHash === undefined ? bodyProblems(document, operation, body, headers) : []),
  ];
}

function bodyProblems(document: ContractDocument, { request }: Operation, body: unknown, headers: Readonly<Record<string, string>>): readonly string[] {
  if (body === undefined) return request?.required ? ['a body has to be sent'] : [];
  if (request === undefined) return ['a body is not documented'];
  const types = Object.keys(request.content);
  const text = typeof body === 'string' || body instanceof Uint8Array ? Buffer.from(body).toString() : JSON.stringify(body);
  const type = headers['content-type'] ?? types[0]!;
  if (type.startsWith('application/x-www-form-urlencoded')) return document.schemaProblems(request.content['application/x-www-form-urlencoded']!.schema, formOf(text));
  return document.bodyProblems(request.content, type, withNamespace(text, type));
}

function formOf(text: string): Record<string, unknown> {
  return Object.fromEntries([...new URLSearchParams(text)].map(([name, value]) => [name, name === 'DurationSeconds' ? Number(value) : value]));
}

/** The server takes documents without it too; that they have to have it is said by the schema. */
function withNamespace(text: string, type: string): string {
  return type === 'application/xml' && !text.includes('xmlns=') ? text.replace(/^<(\w+)/, '<$1 xmlns="http://s3.amazonaws.com/doc/2006-03-01/"') : text;
}

/** Keys and names of repositories hold slashes. */
function patternOf(template: string): RegExp {
  const path = template.split('#', 1)[0]!;
  const source = path.split(/(\{\w+\})/).map((piece) => (/^\{(key|name)\}$/.test(piece) ? '.+' : piece.startsWith('{') ? '[^/]+' : piece.replace(/[.*+?^$()|[\]\\]/g, '\\$&')));
  return new RegExp(`^${source.join('')}$`);
}

/** Which of the operation's parameters a request sends, by the document's names. */
export function parametersOf({ parameters }: Operation, { path, headers = {} }: ContractRequest): readonly string[] {
  const query = new URLSearchParams(path.split('?', 2)[1] ?? '');
  const names = new Set(Object.keys(headers).map((name) => name.toLowerCase()));
  return parameters.filter((parameter) => parameter.in === 'path' || (parameter.in === 'query' ? query.has(parameter.name) : names.has(parameter.name.toLowerCase()))).map(({ id }) => id);
}
