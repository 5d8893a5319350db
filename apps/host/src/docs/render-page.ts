import type { ApiDocument } from '../api-document/api-document.js';
import { DocumentView } from './document-view.js';
import type { Html } from './html.js';
import { html, inline, prose } from './html.js';
import { operationHtml } from './render-operation.js';
import { schemaHtml } from './render-schema.js';

const anchorOf = (tag: string) => `tag-${tag.replace(/\W+/g, '-')}`;

/** The whole document as one page, without a script; its addresses are relative to `/docs`. */
export function renderPage(document: ApiDocument): string {
  const view = new DocumentView(document);
  const { title, version, description } = view.info;
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} API</title>
<link rel="stylesheet" href="docs/style.css">
<link rel="icon" href="docs/icon.svg" type="image/svg+xml">
</head>
<body>
<a class="skip" href="#main">To the operations</a>
<nav aria-label="Operations">
<p class="title"><a href="#top">${title}</a></p>
${view.tags.map(({ name }) => navigation(view, name))}
<p><a href="#credentials">Credentials</a></p>
<p><a href="#schemas">Schemas</a></p>
</nav>
<main id="main" tabindex="-1">
<header id="top">
<h1>${title} API <small>${version}</small></h1>
${prose(description)}
<p>The document itself: <a href="docs/openapi.yaml">openapi.yaml</a>, <a href="docs/openapi.json">openapi.json</a> (OpenAPI 3.1).</p>
</header>
${view.tags.map(({ name, description: about }) => section(view, name, about))}
<section id="credentials" aria-labelledby="credentials-title"><h2 id="credentials-title">Credentials</h2>
<dl>${view.securitySchemes.map(([name, scheme]) => html`<dt id="credential-${name}">${name}</dt><dd>${inline(scheme.description)}</dd>`)}</dl></section>
<section id="schemas" aria-labelledby="schemas-title"><h2 id="schemas-title">Schemas</h2>
${view.schemas.map(([name, schema]) => html`<article id="schema-${name}"><h3>${name}</h3>${schema.description === undefined ? undefined : prose(schema.description)}<div>${schemaHtml(schema)}</div></article>`)}</section>
</main>
</body>
</html>
`;
  return page.text;
}

function navigation(view: DocumentView, tag: string): Html {
  const links = view.operationsOf(tag).map(({ method, operation: { operationId } }) => html`<li><a href="#${operationId}"><span class="method ${method.toLowerCase()}">${method}</span> ${operationId}</a></li>`);
  return html`<details><summary>${tag}</summary><ul><li><a href="#${anchorOf(tag)}">Overview</a></li>${links}</ul></details>`;
}

function section(view: DocumentView, tag: string, description: string): Html {
  const anchor = anchorOf(tag);
  return html`<section id="${anchor}" aria-labelledby="${anchor}-title"><h2 id="${anchor}-title">${tag}</h2>${prose(description)}${view.operationsOf(tag).map((placed) => operationHtml(view, placed))}</section>`;
}
