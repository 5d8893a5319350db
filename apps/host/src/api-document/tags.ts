import { NOT_IMPLEMENTED } from '../s3/s3.routes.js';

export interface Tag {
  readonly name: string;
  readonly description: string;
}

const missing = [...NOT_IMPLEMENTED.bucket, ...NOT_IMPLEMENTED.object].map((name) => `\`?${name}\``).join(', ');

/** Headings of the document, in their order. */
const TAGS: readonly Tag[] = [
  {
    name: 'S3',
    description: `Buckets and objects, as AWS has them. Operations that share path and method stand behind a fragment that names what tells them apart; nobody sends it. Lists answer JSON to who names \`application/json\` in \`Accept\`. Errors are \`Error\` documents. Answered \`NotImplemented\`: ${missing}.`,
  },
  { name: 'STS', description: 'Temporary credentials, as AWS’s Security Token Service gives them: forms to `POST /`.' },
  { name: 'OCI', description: 'The registry: OCI Distribution, with tokens as Docker’s clients ask for them. `GET` is answered for `HEAD` too. Errors are JSON: `errors[]` with `code`, `message`, `detail`.' },
  { name: 'RBAC', description: 'Users, groups, roles, policies, keys and accounts, and what they may do.' },
  { name: 'Sign-in', description: 'Sessions: in a browser by an issuer, and of programs by a device code.' },
  { name: 'Audit', description: 'Who did what, and whether the trail is whole.' },
  { name: 'Health', description: 'For load balancers and orchestrators; without a credential.' },
  { name: 'Metrics', description: 'For Prometheus; without a credential.' },
  { name: 'Admin', description: 'The server itself.' },
  { name: 'Docs', description: 'This document; without a credential.' },
];

/** By path: the longest beginning counts. */
const SECTIONS: readonly (readonly [prefix: string, tag: string])[] = [
  ['/rbac/audit', 'Audit'],
  ['/rbac/session', 'Sign-in'],
  ['/rbac/login', 'Sign-in'],
  ['/rbac/device', 'Sign-in'],
  ['/rbac', 'RBAC'],
  ['/health', 'Health'],
  ['/metrics', 'Metrics'],
  ['/admin', 'Admin'],
  ['/docs', 'Docs'],
];

/** The heading of a REST route: by its path, or the plugin that it is of. */
export function tagOf(path: string, owner: string): string {
  return SECTIONS.find(([prefix]) => path === prefix || path.startsWith(`${prefix}/`))?.[1] ?? owner;
}

/** The headings that stand in use, those of plugins last. */
export function tagsOf(used: ReadonlySet<string>): readonly Tag[] {
  const known = TAGS.filter(({ name }) => used.has(name));
  const others = [...used].filter((name) => !TAGS.some((tag) => tag.name === name)).sort();
  return [...known, ...others.map((name) => ({ name, description: `Routes of the plugin ${name}.` }))];
}
