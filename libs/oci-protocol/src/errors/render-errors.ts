import type { OciError } from './oci-error.js';

/** `Content-Type` of {@link renderErrors}. */
export const ERRORS_CONTENT_TYPE = 'application/json';

/**
 * The body of an answer that is not success. Several errors go into one body; the
 * status is the first one's.
 */
export function renderErrors(errors: OciError | readonly OciError[]): string {
  const list = 'code' in errors ? [errors] : errors;
  return JSON.stringify({ errors: list.map(({ code, message, detail }) => ({ code, message, detail })) });
}
