import { OciError } from '../errors/oci-error.js';

/**
 * The `MANIFEST_INVALID` of what is wrong with a manifest.
 * @param path of the value at fault, for example `layers[3].digest`
 */
export function manifestInvalid(problem: string, path?: string): OciError {
  const message = path === undefined ? `manifest invalid: ${problem}` : `manifest invalid: ${path} ${problem}`;
  return new OciError('MANIFEST_INVALID', { message, detail: path === undefined ? undefined : { path } });
}
