import { percentEncode } from '../target/percent.js';

/** A key, prefix, marker or delimiter as `encoding-type=url` shows it: all but unreserved characters and `/` percent-encoded. */
export function encodeKeyForListing(text: string): string {
  return percentEncode(text, true);
}
