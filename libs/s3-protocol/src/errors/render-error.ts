import { escapeXml } from '../xml/escape.js';
import type { S3Error } from './s3-error.js';

/**
 * The `Error` document. It has no namespace, as with AWS.
 * @param resource path of the request, decoded
 */
export function renderErrorXml(
  error: S3Error,
  request: { readonly resource: string; readonly requestId: string; readonly hostId: string },
): string {
  let xml = `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${error.code}</Code><Message>${escapeXml(error.message)}</Message>`;
  for (const [name, value] of Object.entries(error.fields)) xml += `<${name}>${escapeXml(value)}</${name}>`;
  return (
    xml +
    `<Resource>${escapeXml(request.resource)}</Resource>` +
    `<RequestId>${escapeXml(request.requestId)}</RequestId>` +
    `<HostId>${escapeXml(request.hostId)}</HostId></Error>`
  );
}
