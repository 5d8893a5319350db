import type { CorsRule } from '@zas/plugin-api';
import { document, element } from '../xml/document.js';

function elements(name: string, values: readonly string[]): string {
  return values.map((value) => element(name, value)).join('');
}

/** GetBucketCors. */
export function renderCorsConfiguration(rules: readonly CorsRule[]): string {
  let xml = '';
  for (const rule of rules) {
    xml +=
      `<CORSRule>${elements('AllowedHeader', rule.allowedHeaders)}${elements('AllowedMethod', rule.allowedMethods)}` +
      `${elements('AllowedOrigin', rule.allowedOrigins)}${elements('ExposeHeader', rule.exposeHeaders)}` +
      `${element('ID', rule.id)}${element('MaxAgeSeconds', rule.maxAgeSeconds)}</CORSRule>`;
  }
  return document('CORSConfiguration', xml);
}
