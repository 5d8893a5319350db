import { joinCatalogs, usedComponents } from './components.js';
import type { MountedRoute } from './mounted-route.js';
import { OCI_CATALOG, ociPaths } from './oci/oci-paths.js';
import { REST_CATALOG, restPaths } from './rest/rest-paths.js';
import { S3_CATALOG, s3Paths } from './s3/s3-paths.js';
import { SECURITY_SCHEMES } from './security-schemes.js';
import { STS_CATALOG, stsPaths } from './sts/sts-paths.js';
import { tagsOf } from './tags.js';

type Json = Readonly<Record<string, unknown>>;

/** An OpenAPI document. */
export type ApiDocument = Json;

export interface DocumentedServer {
  /** What is answered over REST, plugins' routes included. */
  readonly routes: readonly MountedRoute[];
  readonly version: string;
  /** Whether a plugin makes temporary credentials. */
  readonly sts: boolean;
  /** Domain under which buckets are hosts; absent: there is none. */
  readonly baseDomain?: string;
}

const DESCRIPTION = `One server that speaks S3 and the registry protocol over one content store.

\`x-permission\` is the action that the caller needs to be allowed, \`public\`, or \`signed-in\` for whoever shows a good credential. \`x-error-codes\` are the codes that an answer may hold. Every \`GET\` but those of S3 is answered for \`HEAD\` too. As OpenAPI has it, examples of XML stand in the document as JSON, and the schemas say how they are written.`;

/** Methods in the order in which a path shows them. */
const VERBS = ['get', 'head', 'post', 'put', 'patch', 'delete', 'options'];

/** The OpenAPI 3.1 document of all doors, of their routes and of what is written beside them. */
export function apiDocument({ routes, version, sts, baseDomain = 's3.example.com' }: DocumentedServer): ApiDocument {
  const operations = [...s3Paths(), ...(sts ? stsPaths() : []), ...ociPaths(), ...restPaths(routes)];
  const paths: Record<string, Record<string, Json>> = Object.fromEntries(operations.map(([path]) => [path, {}]));
  for (const [path, method, operation] of operations.toSorted(([, one], [, other]) => VERBS.indexOf(one) - VERBS.indexOf(other))) {
    if (paths[path]![method] !== undefined) throw new Error(`Two operations are ${method} ${path}`);
    paths[path]![method] = operation;
  }
  const tags = new Set(operations.flatMap(([, , operation]) => operation['tags'] as readonly string[]));
  return {
    openapi: '3.1.1',
    info: { title: 'Zot Artifact Store', version, description: DESCRIPTION, license: { name: 'Apache-2.0', identifier: 'Apache-2.0' } },
    servers: [
      { url: '/', description: 'This server; buckets stand in the path' },
      {
        url: 'http://{bucket}.{domain}',
        description: 'S3 only, where `s3.baseDomains` are set: the bucket stands in the host, and the path begins with the key',
        variables: { bucket: { default: 'photos', description: 'Name of the bucket' }, domain: { default: baseDomain, description: 'One of `s3.baseDomains`' } },
      },
    ],
    tags: tagsOf(tags),
    security: [{ basic: [] }, { bearer: [] }],
    paths,
    components: {
      ...usedComponents(paths, joinCatalogs([REST_CATALOG, S3_CATALOG, OCI_CATALOG, STS_CATALOG])),
      securitySchemes: SECURITY_SCHEMES,
    },
  };
}
