import type { Authorizer, CallContext, Decision, Narrowing, Question } from '@zas/plugin-api';

/** A rule decides, or passes on by answering `undefined`. */
interface Rule {
  readonly name: string;
  readonly decide: (question: Question) => Decision | undefined;
}

const allow = (reason: string): Decision => ({ allow: true, reason });
const deny = (reason: string): Decision => ({ allow: false, reason });

const ACCOUNT_ACTIONS = new Set(['s3:ListAllMyBuckets', 's3:CreateBucket']);

/** Asked in this order; the first that decides counts. Policies will stand between them. */
const RULES: readonly Rule[] = [
  {
    name: 'anonymous callers may nothing',
    decide: ({ principal }) => (principal === undefined ? deny('anonymous') : undefined),
  },
  {
    name: 'administration belongs to the root of the server',
    decide: ({ principal, action, resource }) => {
      if (resource.type !== 'admin' && !action.startsWith('admin:')) return undefined;
      return principal?.serverRoot === true ? allow('root of the server') : deny('not the root of the server');
    },
  },
  {
    name: 'the root of an account lists and makes its buckets',
    decide: ({ principal, action, resource }) => {
      if (resource.type !== 'service') return undefined;
      if (!ACCOUNT_ACTIONS.has(action)) return deny('no such action on the service');
      return principal?.accountRoot === true ? allow('root of an account') : deny('not the root of its account');
    },
  },
  {
    name: 'a bucket and what is in it belong to the root of its account',
    decide: ({ principal, resource }) => {
      if (resource.type !== 'bucket' && resource.type !== 'object') return undefined;
      if (principal === undefined || resource.ownerAccount !== principal.account.id) return deny('bucket of another account');
      return principal.accountRoot ? allow('root of the owning account') : deny('not the root of the owning account');
    },
  },
];

/** Decides by ownership alone; what no rule decides is denied. */
export class OwnerAuthorizer implements Authorizer {
  async decide(_context: CallContext, question: Question): Promise<Decision> {
    return judge(question);
  }

  async decideMany(_context: CallContext, questions: readonly Question[]): Promise<readonly Decision[]> {
    return questions.map((question) => judge(question));
  }

  async narrow(_context: CallContext, question: Question): Promise<Narrowing> {
    return { allowedPrefixes: judge(question).allow ? [''] : [], deniedPrefixes: [], residual: false };
  }

  async explain(_context: CallContext, question: Question): Promise<Decision & { readonly steps: readonly string[] }> {
    const steps: string[] = [];
    const decision = judge(question, (rule, found) => {
      steps.push(`${rule.name}: ${found === undefined ? 'does not apply' : found.allow ? 'allowed' : `denied, ${found.reason}`}`);
    });
    return { ...decision, steps };
  }

  async attributesNeeded(): Promise<readonly string[]> {
    return [];
  }
}

function judge(question: Question, look?: (rule: Rule, found: Decision | undefined) => void): Decision {
  for (const rule of RULES) {
    const found = rule.decide(question);
    look?.(rule, found);
    if (found !== undefined) return found;
  }
  return deny('no rule allows it');
}
