/**
 * True when an `Accept` header names `application/json` with a quality above that
 * of every XML type it names. A wildcard alone is not enough: SDKs send it and expect XML.
 */
export function wantsJson(accept: string | undefined): boolean {
  if (accept === undefined || accept.length > 1024 || !accept.toLowerCase().includes('json')) return false;
  let json = 0;
  let xml = 0;
  for (const item of accept.toLowerCase().split(',')) {
    const [type, ...parameters] = item.split(';').map((part) => part.trim());
    const weight = parameters.find((parameter) => parameter.startsWith('q='));
    const quality = weight === undefined ? 1 : Number(weight.slice(2));
    if (!(quality > 0)) continue;
    if (type === 'application/json') json = Math.max(json, quality);
    if (type === 'application/xml' || type === 'text/xml') xml = Math.max(xml, quality);
  }
  return json > xml;
}
