import { parseConditions } from './conditions/parse-conditions.js';
import { compileActions } from './match-action.js';
import { compilePrincipals } from './match-principal.js';
import { compileResources } from './match-resource.js';
import { parseJson, type Json } from './parse-json.js';
import { Policy, type PolicyKind, type Statement } from './policy.js';
import { PolicyProblem } from './policy-problem.js';
import { stringsOf } from './strings-of.js';

const MAX_BYTES = 20_480;
const VERSIONS: readonly Json[] = ['2008-10-17', '2012-10-17'];
const POLICY_FIELDS: readonly string[] = ['Version', 'Id', 'Statement'];
const STATEMENT_FIELDS: readonly string[] = [
  'Sid',
  'Effect',
  'Principal',
  'NotPrincipal',
  'Action',
  'NotAction',
  'Resource',
  'NotResource',
  'Condition',
];

/**
 * AWS's policy language, read strictly: what is not understood is a problem, for it
 * may be a Deny.
 * @throws PolicyProblem in AWS's words where they are known
 */
export function parsePolicy(text: string, kind: PolicyKind): Policy {
  if (text.length > MAX_BYTES || Buffer.byteLength(text, 'utf8') > MAX_BYTES) {
    throw new PolicyProblem(`Normalized policy document exceeds the maximum allowed size of ${MAX_BYTES} bytes.`);
  }
  const json = parseJson(text);
  if (!(json instanceof Map)) throw new PolicyProblem("Policies must be valid JSON and the first byte must be '{'");
  onlyFields(json, kind !== 'identity' ? POLICY_FIELDS : POLICY_FIELDS.filter((name) => name !== 'Id'));
  const version = json.get('Version') ?? '2008-10-17';
  if (!VERSIONS.includes(version)) throw new PolicyProblem('The policy must contain a valid version string');
  if (json.has('Id') && typeof json.get('Id') !== 'string') throw new PolicyProblem('Invalid policy syntax.');

  const written = json.get('Statement');
  if (written === undefined) throw new PolicyProblem('Missing required field Statement');
  const list = Array.isArray(written) ? (written as readonly Json[]) : [written];
  if (list.length === 0) throw new PolicyProblem('Could not parse the policy: Statement is empty!');
  const statements = list.map((item, place) => parseStatement(item, place, kind, version === '2012-10-17'));
  const names = statements.map(({ name }) => name);
  if (new Set(names).size < names.length) throw new PolicyProblem('Statement IDs (SID) in a single policy must be unique.');
  return new Policy(kind, statements);
}

function parseStatement(json: Json, place: number, kind: PolicyKind, variables: boolean): Statement {
  if (!(json instanceof Map)) throw new PolicyProblem('Invalid policy syntax.');
  const fields = json as ReadonlyMap<string, Json>;
  onlyFields(fields, STATEMENT_FIELDS);
  const sid = fields.get('Sid');
  if (sid !== undefined && typeof sid !== 'string') throw new PolicyProblem('Invalid policy syntax.');
  const effect = fields.get('Effect');
  if (effect === undefined) throw new PolicyProblem('Missing required field Effect');
  if (effect !== 'Allow' && effect !== 'Deny') throw new PolicyProblem(`Invalid effect: ${String(effect).slice(0, 64)}`);
  const action = eitherOf(fields, 'Action');
  if (kind === 'trust' && (fields.has('Resource') || fields.has('NotResource'))) throw new PolicyProblem('Has prohibited field Resource');
  const resource = kind === 'trust' ? { value: '*', negated: false } : eitherOf(fields, 'Resource');
  return {
    name: sid === undefined || sid === '' ? `statement ${place + 1}` : `statement "${sid}"`,
    effect,
    principals: parsePrincipals(fields, kind, effect),
    actions: compileActions(stringsOf(action.value, 'Action'), action.negated),
    resources: compileResources(stringsOf(resource.value, 'Resource'), resource.negated, variables),
    conditions: parseConditions(fields.get('Condition'), variables),
  };
}

function parsePrincipals(fields: ReadonlyMap<string, Json>, kind: PolicyKind, effect: Statement['effect']): Statement['principals'] {
  if (kind === 'identity') {
    if (fields.has('Principal') || fields.has('NotPrincipal')) throw new PolicyProblem('Policy document should not specify a principal.');
    return undefined;
  }
  const { value, negated } = eitherOf(fields, 'Principal');
  // It would allow everybody whom nobody thought of; AWS refuses it too.
  if (negated && effect === 'Allow') throw new PolicyProblem('Allow with NotPrincipal is not allowed.');
  return compilePrincipals(value, negated);
}

/** An element or its opposite: exactly one of them. */
function eitherOf(fields: ReadonlyMap<string, Json>, name: string): { readonly value: Json; readonly negated: boolean } {
  const [plain, opposite] = [fields.get(name), fields.get(`Not${name}`)];
  if (plain !== undefined && opposite !== undefined) throw new PolicyProblem(`Statement/policy already has instance of ${name}`);
  const value = plain ?? opposite;
  if (value === undefined) throw new PolicyProblem(`Missing required field ${name}`);
  return { value, negated: plain === undefined };
}

function onlyFields(map: ReadonlyMap<string, Json>, known: readonly string[]): void {
  for (const name of map.keys()) if (!known.includes(name)) throw new PolicyProblem(`Unknown field ${name.slice(0, 64)}`);
}
