const VERSION = '2012-10-17';

type Statement = Readonly<Record<string, unknown>>;

/**
 * One document of several: what any of them allows, less what any of them denies, as AWS
 * takes the policies of one session. They were examined before. Names of statements are dropped,
 * as two may be the same.
 */
export function mergePolicies(documents: readonly string[]): string {
  const [only] = documents;
  if (documents.length === 1 && only !== undefined) return only;
  const statements = documents.flatMap((text) => {
    const { Version, Statement } = JSON.parse(text) as { readonly Version?: unknown; readonly Statement: Statement | readonly Statement[] };
    const list = [Statement].flat() as readonly Statement[];
    return list.map((statement) => ({ ...(Version === VERSION ? statement : withoutVariables(statement)), Sid: undefined }));
  });
  return JSON.stringify({ Version: VERSION, Statement: statements });
}

/** Documents of the older version mean `${…}` as it stands there. */
function withoutVariables(statement: Statement): Statement {
  const plain = (name: string, value: unknown): unknown => (typeof value === 'string' && name !== 'Effect' ? value.replaceAll('${', '${$}{') : value);
  const { Action, NotAction, ...rest } = statement;
  return { ...(JSON.parse(JSON.stringify(rest, plain)) as Statement), Action, NotAction };
}
