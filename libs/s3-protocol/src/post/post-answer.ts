import { percentEncode } from '../target/percent.js';
import { element, etagElement } from '../xml/document.js';
import type { PostFields } from './post-fields.js';

/** How a form wants its success answered. */
export type PostSuccess =
  /** With an empty body, but for 201: see {@link renderPostResponse}. */
  | { readonly status: 200 | 201 | 204 }
  /** Status 303; see {@link postRedirect}. */
  | { readonly redirect: string };

/**
 * Reads `success_action_redirect` (or its old name `redirect`) and, when that is no
 * URL, `success_action_status`; 204 when that is none of the three (POST Object,
 * "Form fields").
 */
export function readPostSuccess(fields: PostFields): PostSuccess {
  const redirect = readUrl(fields.get('success_action_redirect') ?? fields.get('redirect'));
  if (redirect !== undefined) return { redirect };
  const status = fields.get('success_action_status')?.trim();
  return { status: status === '200' ? 200 : status === '201' ? 201 : 204 };
}

function readUrl(text: string | undefined): string | undefined {
  if (text === undefined || !URL.canParse(text)) return undefined;
  // In its normal form a URL has no character that could not stand in a header.
  const { protocol, href } = new URL(text);
  return protocol === 'http:' || protocol === 'https:' ? href : undefined;
}

export interface PostedObject {
  readonly bucket: string;
  readonly key: string;
  /** Without quotes. */
  readonly etag: string;
}

/** The body of an answer with status 201; it has no namespace, as with AWS. */
export function renderPostResponse(posted: PostedObject & { /** URL of the object. */ readonly location: string }): string {
  return (
    '<?xml version="1.0" encoding="UTF-8"?>\n<PostResponse>' +
    `${element('Location', posted.location)}${element('Bucket', posted.bucket)}${element('Key', posted.key)}` +
    `${etagElement(posted.etag)}</PostResponse>`
  );
}

/** Where a browser is sent after success: the URL with bucket, key and etag added to its query. */
export function postRedirect(url: string, { bucket, key, etag }: PostedObject): string {
  const hash = url.indexOf('#');
  const target = hash < 0 ? url : url.slice(0, hash);
  const added = `bucket=${percentEncode(bucket, false)}&key=${percentEncode(key, false)}&etag=${percentEncode(`"${etag}"`, false)}`;
  return `${target}${target.includes('?') ? '&' : '?'}${added}${hash < 0 ? '' : url.slice(hash)}`;
}
