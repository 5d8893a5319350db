/** What an identity of the configuration holds. */
export interface BenchIdentity {
  readonly id: string;
  readonly displayName: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly account: string;
  readonly policies?: readonly object[];
}

/** An identity holds so many documents at most; more policies share them as statements. */
const MOST_DOCUMENTS = 100;

/** The bucket that a policy of {@link manyPolicies} is about. */
export const bucketOf = (i: number): string => `team-${i}-bucket`;

/** So many policies, each about a bucket of its own. @param condition of each */
export function manyPolicies(count: number, condition?: object): readonly object[] {
  const statements = Array.from({ length: count }, (_, i) => ({
    Effect: 'Allow',
    Action: ['s3:GetObject', 's3:PutObject'],
    Resource: `arn:aws:s3:::${bucketOf(i)}/*`,
    ...(condition && { Condition: condition }),
  }));
  const documents = Math.min(count, MOST_DOCUMENTS);
  return Array.from({ length: documents }, (_, i) => ({ Version: '2012-10-17', Statement: statements.filter((_statement, place) => place % documents === i) }));
}

export function identity(id: string, account: string, policies?: readonly object[]): BenchIdentity {
  return { id, displayName: id, accessKeyId: `KEY-${id}`, secretAccessKey: `secret-of-${id}`, account, ...(policies && { policies }) };
}
