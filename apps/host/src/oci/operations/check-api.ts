import type { OciOperation } from '../oci-call.js';

/** `GET /v2/`: that this is a registry, and that the credential is good. */
export const checkApi: OciOperation = async () => ({ status: 200, headers: { 'content-type': 'application/json' }, body: '{}' });
