import { OciError } from '../errors/oci-error.js';

/** What an OciError says; other errors are thrown on. */
export function refusal(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof OciError) return `${error.code} ${error.status}: ${error.message}`;
    throw error;
  }
  return 'accepted';
}
