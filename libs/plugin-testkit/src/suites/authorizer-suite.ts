import type { Authorizer, Narrowing, Question } from '@zas/plugin-api';
import assert from 'node:assert/strict';
import type { Runner } from '../runner.js';
import { testContext, testPrincipal } from '../test-context.js';

/** An authorizer under test, with questions whose answers its set-up fixes. */
export interface AuthorizerSubject {
  readonly authorizer: Authorizer;
  /** Questions that must be answered yes; at least one about a bucket. */
  readonly allowed: readonly Question[];
  /** Questions that must be answered no. */
  readonly denied: readonly Question[];
  close?(): Promise<void>;
}

/** Every promise of `access.authorizer/v1alpha`. */
export function authorizerSuite(runner: Runner, make: () => Promise<AuthorizerSubject>): void {
  const { describe, it, before, after } = runner;
  const context = testContext();

  describe('access.authorizer/v1alpha', () => {
    let subject: AuthorizerSubject;
    before(async () => void (subject = await make()));
    after(async () => subject.close?.());
    const questions = (): readonly Question[] => [...subject.allowed, ...subject.denied];

    it('allows what it must and denies what it must, saying why', async () => {
      for (const [list, expected] of [[subject.allowed, true], [subject.denied, false]] as const) {
        for (const question of list) {
          const { allow, reason } = await subject.authorizer.decide(context, question);
          assert.equal(allow, expected, `${question.action} on ${JSON.stringify(question.resource)}`);
          assert.ok(reason.length > 0, 'each decision has a reason');
        }
      }
    });

    it('denies by default: strangers, anonymous callers, what it has never heard of', async () => {
      const bucket = { type: 'bucket', bucket: 'of-nobody-here', ownerAccount: '999999999999' } as const;
      for (const principal of [undefined, testPrincipal('stranger', '888888888888')]) {
        for (const action of ['s3:ListBucket', 's3:GetObject', 's3:NoSuchAction', '', '__proto__']) {
          const { allow } = await subject.authorizer.decide(context, { principal, action, resource: bucket });
          assert.equal(allow, false, `${principal?.id ?? 'anonymous'} ${action}`);
        }
        const admin = await subject.authorizer.decide(context, { principal, action: 'admin:plugins', resource: { type: 'admin', name: 'plugins' } });
        assert.equal(admin.allow, false);
      }
    });

    it('decides many as it decides each, in order', async () => {
      const many = await subject.authorizer.decideMany(context, questions());
      const each = await Promise.all(questions().map((question) => subject.authorizer.decide(context, question)));
      assert.deepEqual(many, each);
      assert.deepEqual(await subject.authorizer.decideMany(context, []), []);
    });

    it('explains what it decides', async () => {
      for (const question of questions()) {
        const { steps, decidedBy, missing, ...decision } = await subject.authorizer.explain(context, question);
        assert.deepEqual(decision, await subject.authorizer.decide(context, question));
        assert.ok(steps.length > 0, 'an explanation has steps');
        if (decision.allow) assert.notEqual(decidedBy?.effect, 'Deny', 'no denial allows');
        else assert.notEqual(decidedBy?.effect, 'Allow', 'no allowance denies');
        assert.ok(!decision.allow || missing === undefined, 'what is allowed lacks nothing');
      }
    });

    it('asks for the object only while it was not given one, and allows nothing before', async () => {
      for (const question of questions()) {
        const { resource } = question;
        if (resource.type !== 'object') continue;
        const blind = await subject.authorizer.decide(context, { ...question, resource: { ...resource, object: undefined } });
        assert.ok(!(blind.allow && blind.needsObject === true), 'what is allowed needs nothing more');
        for (const object of [null, { owner: resource.ownerAccount }, { owner: '777777777777', acl: [], tags: {} }]) {
          const seen = await subject.authorizer.decide(context, { ...question, resource: { ...resource, object } });
          assert.equal(seen.needsObject, undefined, 'it was given the object');
          if (blind.needsObject !== true) assert.equal(seen.allow, blind.allow, 'what was decided without the object holds with any');
        }
      }
    });

    it('narrows an allowed action on a bucket to something, a denied one to nothing', async () => {
      const onBuckets = (list: readonly Question[]) => list.filter(({ resource }) => resource.type === 'bucket');
      assert.ok(onBuckets(subject.allowed).length > 0, 'the subject has an allowed question about a bucket');
      for (const question of onBuckets(subject.allowed)) {
        const { allowedPrefixes } = await subject.authorizer.narrow(context, question);
        assert.ok(allowedPrefixes.length > 0);
      }
      for (const question of onBuckets(subject.denied)) {
        const { allowedPrefixes, residual } = await subject.authorizer.narrow(context, question);
        assert.ok(allowedPrefixes.length === 0 || residual, 'nothing is seen that was denied');
      }
    });

    it('narrows an action on all repositories of an owner to what holds each that is allowed', async () => {
      const about = ({ resource }: Question) => (resource.type === 'repository' ? resource : undefined);
      for (const [list, allowed] of [[subject.allowed, true], [subject.denied, false]] as const) {
        for (const question of list) {
          const one = about(question);
          if (one === undefined) continue;
          const ownerAccount = one.ownerAccount === question.principal?.account.id ? one.ownerAccount : '';
          const { residual, ...narrowing } = await subject.authorizer.narrow(context, { ...question, resource: { ...one, repository: '', ownerAccount } });
          const held = holds(narrowing, one.repository);
          const what = `${question.action} on ${one.repository} of ${one.ownerAccount}`;
          if (allowed) assert.ok(held, what);
          else assert.ok(!held || residual, what);
        }
      }
    });

    it('examines policies without rejecting, whatever they hold', async () => {
      const bucket = { name: 'bucket', ownerAccount: '999999999999' };
      for (const policy of ['', '{}', '[]', 'null', '{"__proto__":{}}', `${'['.repeat(50_000)}`, '\ud800']) {
        const report = await subject.authorizer.examinePolicy(context, policy, bucket);
        assert.equal(typeof report.public, 'boolean');
      }
    });
  });
}

function holds({ allowedPrefixes, deniedPrefixes, allowedNames = [], deniedNames = [] }: Omit<Narrowing, 'residual'>, name: string): boolean {
  const begins = (prefix: string): boolean => name.startsWith(prefix);
  return (allowedNames.includes(name) || allowedPrefixes.some(begins)) && !deniedNames.includes(name) && !deniedPrefixes.some(begins);
}
