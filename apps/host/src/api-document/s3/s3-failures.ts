import type { S3ErrorCode } from '@zas/s3-protocol';
import { S3_ERRORS } from '@zas/s3-protocol';
import type { S3Route } from '../../s3/s3-route.js';
import { S3_ROUTES } from '../../s3/s3.routes.js';
import { component, renderHeaders } from '../render-operation.js';
import { ALWAYS } from './answer-headers.js';
import type { S3Document } from './s3-document.js';

type Json = Readonly<Record<string, unknown>>;

/** What any signed request may be answered. */
const OF_SIGNATURE: readonly S3ErrorCode[] = [
  'AccessDenied',
  'AuthorizationHeaderMalformed',
  'AuthorizationQueryParametersError',
  'ExpiredToken',
  'InvalidAccessKeyId',
  'InvalidToken',
  'RequestTimeTooSkewed',
  'SignatureDoesNotMatch',
];
const OF_ALL: readonly S3ErrorCode[] = ['InvalidArgument', 'InvalidRequest', 'InvalidURI', 'RequestTimeout'];
const OF_BUCKET: readonly S3ErrorCode[] = ['InvalidBucketName'];
const OF_FOUND_BUCKET: readonly S3ErrorCode[] = ['InvalidBucketOwnerAWSAccountID', 'NoSuchBucket'];
const OF_KEY: readonly S3ErrorCode[] = ['KeyTooLongError'];
const OF_BODY: readonly S3ErrorCode[] = ['BadDigest', 'IncompleteBody', 'InvalidDigest', 'MalformedTrailerError', 'MissingContentLength', 'XAmzContentSHA256Mismatch'];
const OF_CHUNKS: readonly S3ErrorCode[] = ['InvalidChunkSizeError'];
const OF_DOCUMENT: readonly S3ErrorCode[] = ['MalformedXML', 'MaxMessageLengthExceeded', 'MissingRequestBodyError'];

/** Codes that every operation of the kind of this route may answer. */
function codesOfKind({ on, access, body, name }: S3Route): readonly S3ErrorCode[] {
  const found = on !== 'service' && access !== 'none' && name !== 'CreateBucket';
  return [
    ...OF_ALL,
    ...(access === 'none' ? [] : OF_SIGNATURE),
    ...(on === 'service' ? [] : OF_BUCKET),
    ...(found ? OF_FOUND_BUCKET : []),
    ...(on === 'object' ? OF_KEY : []),
    ...(body === 'xml' || body === 'stream' ? [...OF_BODY, ...OF_CHUNKS] : []),
    ...(body === 'xml' ? OF_DOCUMENT : []),
  ];
}

/** What `codesOfKind` and the form of an answer depend on, as a name. */
function kindOf({ on, access, body, name, method }: S3Route): string {
  const place = name === 'CreateBucket' ? 'new-bucket' : on;
  const more = access === 'none' ? '-open' : body === 'xml' || body === 'stream' ? `-${body}` : '';
  return `${place}${more}${method === 'HEAD' ? '-head' : ''}`;
}

function byStatus(codes: Iterable<S3ErrorCode>): Map<number, S3ErrorCode[]> {
  const found = new Map<number, S3ErrorCode[]>();
  for (const code of [...new Set(codes)].sort()) found.set(S3_ERRORS[code].status, [...(found.get(S3_ERRORS[code].status) ?? []), code]);
  return found;
}

/** The answers to what goes wrong, by status; what all operations of a kind answer alike is a component. */
export function renderFailures(route: S3Route, { errors = [] }: S3Document): Json {
  const shared = codesOfKind(route);
  const hasBody = route.method !== 'HEAD';
  const own = [...byStatus([...shared, ...errors])].map(([status, codes]) => {
    const isShared = codes.every((code) => shared.includes(code));
    return [status, isShared ? component('responses', `s3.${kindOf(route)}.${status}`) : failure(codes, hasBody)] as const;
  });
  const head = hasBody ? '' : '-head';
  return { ...Object.fromEntries(own), 500: component('responses', `s3.failed${head}`), 503: component('responses', `s3.busy${head}`) };
}

function failure(codes: readonly S3ErrorCode[], hasBody: boolean): Json {
  const headers = codes.includes('MethodNotAllowed') ? ['allow?', 'last-modified?'] : codes.includes('InvalidRange') ? ['content-range?'] : [];
  const marker = codes.includes('NoSuchKey') || codes.includes('MethodNotAllowed') ? ['x-amz-delete-marker?', 'x-amz-version-id?'] : [];
  return {
    description: codes.map((code) => `\`${code}\``).join(', '),
    headers: renderHeaders([...headers, ...marker, ...ALWAYS], 's3'),
    'x-error-codes': codes,
    ...(hasBody ? BODY : {}),
  };
}

const BODY = { content: { 'application/xml': { schema: { $ref: '#/components/schemas/S3Error' } } } };
const TRANSIENT = { failed: ['InternalError'], busy: ['ServiceUnavailable', 'SlowDown'] } as const satisfies Record<string, readonly S3ErrorCode[]>;

/** What operations of a kind, or all, share. */
export const S3_RESPONSES: Readonly<Record<string, Json>> = Object.fromEntries([
  ...S3_ROUTES.flatMap((route: S3Route) =>
    [...byStatus(codesOfKind(route))].map(([status, codes]) => [`s3.${kindOf(route)}.${status}`, failure(codes, route.method !== 'HEAD')] as const),
  ),
  ...Object.entries(TRANSIENT).flatMap(([name, codes]) => {
    const headers = renderHeaders([...(name === 'busy' ? ['retry-after?'] : []), ...ALWAYS], 's3');
    const described = { description: codes.map((code) => `\`${code}\``).join(', '), headers, 'x-error-codes': codes };
    return [
      [`s3.${name}`, { ...described, ...BODY }],
      [`s3.${name}-head`, described],
    ] as const;
  }),
]);
