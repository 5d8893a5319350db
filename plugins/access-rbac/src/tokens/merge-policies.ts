/**
 * One document of several: what any of them allows, less what any of them denies, as AWS
 * takes the policies of one session. They were examined before. Names of statements are dropped,
 * as two may be the same.
 */
export function mergePolicies(documents: readonly string[]): string {
  const [only] = documents;
  if (documents.length === 1 && only !== undefined) return only;
  const statements = documents.flatMap((text) => {
    const { Statement } = JSON.parse(text) as { Statement: unknown };
    return (Array.isArray(Statement) ? (Statement as unknown[]) : [Statement]).map((statement) => ({ ...(statement as object), Sid: undefined }));
  });
  return JSON.stringify({ Version: '2012-10-17', Statement: statements });
}
