import type { ContentView, DocumentView, OperationView, ParameterView, PlacedOperation, ResponseView } from './document-view.js';
import type { Html } from './html.js';
import { html, inline, prose } from './html.js';
import { exampleOf } from './render-example.js';
import { schemaHtml, typeHtml } from './render-schema.js';

/** One operation, closed until somebody opens it or follows a link to it. */
export function operationHtml(view: DocumentView, { method, path, operation }: PlacedOperation): Html {
  const { operationId, summary, description, parameters = [], requestBody, responses } = operation;
  return html`<details class="operation"><summary><span class="method ${method.toLowerCase()}">${method}</span> <code>${path}</code> <span class="name">${operationId}</span> <span class="what">${inline(summary)}</span></summary>
<div class="body" id="${operationId}">
<h3>${operationId}</h3>
<p>${inline(summary)}.</p>${description === undefined ? undefined : prose(description)}
<dl><dt>Permission</dt><dd>${permissionHtml(operation)}</dd><dt>Credential</dt><dd>${credentialHtml(operation)}</dd></dl>
${parameters.length === 0 ? undefined : parametersHtml(parameters.map((parameter) => view.followed(parameter)))}
${requestBody === undefined ? undefined : html`<h4>Body${requestBody.required ? '' : ', optional'}</h4>${contentHtml(view, requestBody.content)}`}
<h4>Answers</h4>
${Object.entries(responses).map(([status, response]) => responseHtml(view, status, view.followed(response)))}
</div></details>`;
}

function permissionHtml({ 'x-permission': permission, 'x-permission-of-version': ofVersion }: OperationView): Html {
  return html`<code>${permission}</code>${ofVersion === undefined ? undefined : html`, for a version <code>${ofVersion}</code>`}`;
}

function credentialHtml({ security }: OperationView): Html {
  if (security.length === 0) return html`none`;
  const ways = security.map((way) => {
    const names = Object.keys(way);
    return names.length === 0 ? html`none` : html`${names.map((name, i) => html`${i > 0 ? ' with ' : ''}<a href="#credential-${name}">${name}</a>`)}`;
  });
  return html`${ways.map((way, i) => html`${i > 0 ? ' or ' : ''}${way}`)}`;
}

function parametersHtml(parameters: readonly ParameterView[]): Html {
  const rows = parameters.map(
    ({ name, in: place, required, description = '', schema }) =>
      html`<tr><td><code>${name}</code>${required ? html` <span class="required">required</span>` : undefined}</td><td>${place}</td><td class="type">${typeHtml(schema)}</td><td>${inline(description)}</td></tr>`,
  );
  return html`<h4>Parameters</h4><table><thead><tr><th scope="col">Name</th><th scope="col">In</th><th scope="col">Type</th><th scope="col">Meaning</th></tr></thead><tbody>${rows}</tbody></table>`;
}

function responseHtml(view: DocumentView, status: string, { description, headers = {}, content }: ResponseView): Html {
  const listed = Object.entries(headers).map(([name, header]) => [name, view.followed(header)] as const);
  return html`<div class="answer"><p><strong class="status s${status[0]}">${status}</strong> ${inline(description)}</p>${
    listed.length === 0
      ? undefined
      : html`<details><summary>Headers</summary><ul>${listed.map(([name, header]) => html`<li><code>${name}</code>${header.required ? undefined : ' (if any)'}${header.description === undefined ? undefined : html` – ${inline(header.description)}`}</li>`)}</ul></details>`
  }${content === undefined ? undefined : contentHtml(view, content)}</div>`;
}

function contentHtml(view: DocumentView, content: ContentView): Html {
  return html`${Object.entries(content).map(([type, one]) => {
    const example = exampleOf(view, type, one);
    return html`<div class="content"><p><code>${type}</code> ${schemaHtml(one.schema)}</p>${example === undefined ? undefined : html`<pre tabindex="0">${example}</pre>`}</div>`;
  })}`;
}
