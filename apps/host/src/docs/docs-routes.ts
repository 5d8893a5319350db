import crypto from 'node:crypto';
import type { HttpRoute, HttpRouteRequest, HttpRouteResponse } from '@zas/plugin-api';
import { z } from 'zod';
import type { ApiDocument } from '../api-document/api-document.js';

/** Nothing but the page's own style and icon; no script at all. */
const PAGE_POLICY = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const openApi = z.looseObject({ openapi: z.string(), paths: z.record(z.string(), z.unknown()) });

/**
 * `/docs`: the API document of this server, its plugins' routes included, as a page and
 * as itself. All of it is made when it is first asked for.
 */
export function docsRoutes(document: () => Promise<ApiDocument>): readonly HttpRoute[] {
  const page = once(async () => (await import('./render-page.js')).renderPage(await document()));
  const yaml = once(async () => (await import('../api-document/render-yaml.js')).renderYaml(await document()));
  const json = once(async () => `${JSON.stringify(await document())}\n`);
  const style = once(async () => (await import('./page-assets.js')).STYLE);
  const icon = once(async () => (await import('./page-assets.js')).ICON);
  const common = { method: 'GET', permission: 'public', body: 'none', outputHeaders: { etag: 'Of these very bytes' } } as const;
  return [
    { ...common, path: '/docs', operationId: 'getDocs', outputType: 'text/html', summary: 'The API, to read in a browser', handle: serving(page, 'text/html; charset=utf-8', { 'content-security-policy': PAGE_POLICY }) },
    { ...common, path: '/docs/style.css', operationId: 'getDocsStyle', outputType: 'text/css', summary: 'How that page looks', handle: serving(style, 'text/css; charset=utf-8') },
    { ...common, path: '/docs/icon.svg', operationId: 'getDocsIcon', outputType: 'image/svg+xml', summary: 'The icon of that page', handle: serving(icon, 'image/svg+xml') },
    { ...common, path: '/docs/openapi.json', operationId: 'getOpenApiJson', output: openApi, summary: 'The OpenAPI document of this server', handle: serving(json, 'application/json') },
    { ...common, path: '/docs/openapi.yaml', operationId: 'getOpenApiYaml', outputType: 'application/yaml', summary: 'The same as YAML', handle: serving(yaml, 'application/yaml; charset=utf-8') },
  ];
}

interface Served {
  readonly body: Buffer;
  readonly etag: string;
}

function once(make: () => Promise<string>): () => Promise<Served> {
  let made: Promise<Served> | undefined;
  const serve = async () => {
    const body = Buffer.from(await make());
    return { body, etag: `"${crypto.hash('sha256', body, 'base64url')}"` };
  };
  return () => (made ??= serve());
}

/** Kept by whoever has it as long as the server says that it is still so. */
function serving(content: () => Promise<Served>, type: string, more: Readonly<Record<string, string>> = {}): HttpRoute['handle'] {
  return async (_context, { headers }: HttpRouteRequest): Promise<HttpRouteResponse> => {
    const { body, etag } = await content();
    const kept = { etag, 'cache-control': 'no-cache', ...more };
    if (isKnown(headers['if-none-match'], etag)) return { status: 304, headers: kept };
    return { status: 200, headers: { ...kept, 'content-type': type }, body };
  };
}

function isKnown(header: string | string[] | undefined, etag: string): boolean {
  const known = String(header ?? '').slice(0, 1_000).split(',').map((text) => text.trim().replace(/^W\//, ''));
  return known.includes(etag) || known.includes('*');
}
