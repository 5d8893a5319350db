import type { AccessRequest } from '../decision/access-request.js';
import { NO, YES, type Certainty } from './certainty.js';
import { MAX_ACTIONS, type Applicable, type Policy, type Statement } from './policy.js';
import { conditionsHold, isPlain, namesFixed, ResourceIndex, speaksOf, type Entry } from './resource-index.js';

/** What the policies of an identity say to one request. */
export interface SetVerdict {
  readonly deny: Certainty;
  readonly denyBy: Entry | undefined;
  readonly allow: Certainty;
  readonly allowBy: Entry | undefined;
}

/** By effect; those that hang on nothing but action and ARN are asked first. */
interface Effect {
  readonly plain: ResourceIndex;
  readonly varying: ResourceIndex;
}

interface Speaking extends Applicable {
  readonly denying: Effect;
  readonly allowing: Effect;
}

/**
 * Policies of an identity as one: for each action an index of its statements by
 * resource, made when it is first asked for, so that ten thousand policies about
 * different things cost what a few do.
 */
export class StatementSet {
  readonly #byAction = new Map<string, Speaking>();

  constructor(readonly policies: readonly Policy[]) {}

  statementsFor(action: string): Applicable {
    return this.#speaking(action);
  }

  evaluate(request: AccessRequest): SetVerdict {
    if (this.policies.length === 0) return SILENT;
    const { action, arn } = request;
    const known = request.verdicts?.find(this, action, arn);
    if (known !== undefined) return known;
    const { denying, allowing } = this.#speaking(action);
    const look = new Look(request);
    const denied = look.at(denying);
    const allowed = denied.sure === YES ? NOTHING : look.at(allowing);
    const verdict: SetVerdict = { deny: denied.sure, denyBy: denied.by, allow: allowed.sure, allowBy: allowed.by };
    if (!look.varied) request.verdicts?.keep(this, action, arn, verdict);
    return verdict;
  }

  #speaking(action: string): Speaking {
    let found = this.#byAction.get(action);
    if (found === undefined) {
      const lower = action.toLowerCase();
      const entries = this.policies.flatMap((policy) => policy.statements.filter(({ actions }) => actions.matches(lower)).flatMap((statement) => entriesOf(policy, statement)));
      const of = (effect: Statement['effect']): readonly Entry[] => entries.filter(({ statement }) => statement.effect === effect);
      const statements = (list: readonly Entry[]): readonly Statement[] => [...new Set(list.map(({ statement }) => statement))];
      const [denies, allows] = [of('Deny'), of('Allow')];
      found = { denies: statements(denies), allows: statements(allows), denying: indexed(denies), allowing: indexed(allows) };
      if (this.#byAction.size >= MAX_ACTIONS) this.#byAction.clear();
      this.#byAction.set(action, found);
    }
    return found;
  }
}

const SILENT: SetVerdict = { deny: NO, denyBy: undefined, allow: NO, allowBy: undefined };
const NOTHING: { readonly sure: Certainty; readonly by: Entry | undefined } = { sure: NO, by: undefined };

/** One request on its way through the indexes. */
class Look {
  /** Something was asked that hangs on more than action and ARN. */
  varied = false;

  constructor(private readonly request: AccessRequest) {}

  /** What the statements of one effect come to. */
  at({ plain, varying }: Effect): typeof NOTHING {
    const { request } = this;
    const fixed = plain.find(request.arn, (entry) => speaksOf(entry, request) === YES);
    if (fixed !== undefined) return { sure: YES, by: fixed };
    let most = NOTHING;
    varying.find(request.arn, (entry) => {
      const sure = this.#holds(entry);
      if (sure > most.sure) most = { sure, by: entry };
      return sure === YES;
    });
    return most;
  }

  #holds(entry: Entry): Certainty {
    const speaks = speaksOf(entry, this.request);
    if (speaks !== NO || !namesFixed(entry)) this.varied = true;
    return conditionsHold(entry.statement, speaks, this.request);
  }
}

function entriesOf(policy: Policy, statement: Statement): readonly Entry[] {
  const { negated, templates } = statement.resources;
  return negated ? [{ policy, statement, template: undefined }] : templates.map((template) => ({ policy, statement, template }));
}

function indexed(entries: readonly Entry[]): Effect {
  return { plain: new ResourceIndex(entries.filter(isPlain)), varying: new ResourceIndex(entries.filter((entry) => !isPlain(entry))) };
}
