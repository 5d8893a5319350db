// What a change of the API means for plugins that exist.
import ts from 'typescript';

/**
 * Differences that break plugins written for a point without `alpha` or `beta`:
 * anything but a new optional field in a data type. New points and capabilities
 * have sections of their own and break nobody.
 * @param {ReturnType<import('./report-text.mjs').readReport>} before
 * @param {ReturnType<import('./report-text.mjs').readReport>} after
 * @returns {string[]} one line each
 */
export function breakingDifferences(before, after) {
  return [...before.points]
    .filter(([key]) => /\/v\d+$/.test(key))
    .flatMap(([key, point]) => {
      const now = after.points.get(key);
      const broken = [];
      if (now === undefined) broken.push('is gone');
      else if (now.facts !== point.facts) broken.push(`was "${point.facts}", is "${now.facts}"`);
      for (const name of point.reaches) {
        const verdict = changeOf(before.types.get(name), after.types.get(name));
        if (verdict !== undefined) broken.push(`${name} ${verdict}`);
      }
      return broken.map((what) => `${key}: ${what}; a breaking change needs ${nextVersion(key)}`);
    });
}

function nextVersion(key) {
  return key.replace(/\d+$/, (version) => String(Number(version) + 1));
}

function changeOf(before, after) {
  if (before === after || before === undefined) return undefined;
  if (after === undefined) return 'is gone';
  const [old, now] = [shapeOf(before), shapeOf(after)];
  if (old === undefined || now === undefined || old.head !== now.head) return 'changed';
  const lost = old.members.filter((member) => !now.texts.has(member.text));
  if (lost.length > 0) return `lost or changed "${lost[0].text}"`;
  const added = now.members.filter((member) => !old.texts.has(member.text));
  const harmful = added.find((member) => !member.optionalField) ?? (old.members.some((member) => member.method) ? added[0] : undefined);
  return harmful === undefined ? undefined : `gained "${harmful.text}"`;
}

/** Members of an interface, `undefined` for any other declaration. */
function shapeOf(text) {
  const source = ts.createSourceFile('declaration.ts', text, ts.ScriptTarget.Latest, true);
  const declaration = source.statements[0];
  if (declaration === undefined || !ts.isInterfaceDeclaration(declaration)) return undefined;
  const members = declaration.members.map((member) => {
    const method = !ts.isPropertySignature(member) || (member.type !== undefined && ts.isFunctionTypeNode(member.type));
    return { text: member.getText(), method, optionalField: !method && member.questionToken !== undefined };
  });
  return { head: text.slice(0, declaration.members.pos), members, texts: new Set(members.map((member) => member.text)) };
}

/** Lines that only one of the texts has, each behind the heading of its section. */
export function readableDifference(before, after) {
  const lines = [];
  const sections = (text) => new Map(text.split(/^(?=#{1,3} )/m).map((section) => [section.slice(0, section.indexOf('\n')), section.split('\n')]));
  const [old, now] = [sections(before), sections(after)];
  for (const heading of new Set([...old.keys(), ...now.keys()])) {
    const changed = lineDifference(old.get(heading) ?? [], now.get(heading) ?? []);
    if (changed.length > 0) lines.push(heading, ...changed, '');
  }
  return lines.join('\n');
}

/** The longest common subsequence stays unsaid. */
function lineDifference(before, after) {
  const common = Array.from({ length: before.length + 1 }, () => new Uint16Array(after.length + 1));
  for (let i = before.length - 1; i >= 0; i -= 1) {
    for (let j = after.length - 1; j >= 0; j -= 1) {
      common[i][j] = before[i] === after[j] ? common[i + 1][j + 1] + 1 : Math.max(common[i + 1][j], common[i][j + 1]);
    }
  }
  const lines = [];
  let [i, j] = [0, 0];
  while (i < before.length || j < after.length) {
    if (i < before.length && j < after.length && before[i] === after[j]) [i, j] = [i + 1, j + 1];
    else if (j >= after.length || (i < before.length && common[i + 1][j] >= common[i][j + 1])) lines.push(`- ${before[i++]}`);
    else lines.push(`+ ${after[j++]}`);
  }
  return lines.filter((line) => line.trim().length > 1);
}
