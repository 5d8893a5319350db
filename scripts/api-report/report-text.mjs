// The report as Markdown, and back.

const HEAD = `# API report of plugin-api

What plugin authors rely on: every extension point, host service and capability,
and every declaration that is reached from them, without comments. Generated:
\`npm run api:check\` fails when it differs from the sources, \`npm run api:accept\`
writes it anew, and a reviewer sees the difference.
`;

/** @param {ReturnType<import('./read-api.mjs').readApi>} api */
export function writeReport({ entries, types }) {
  const points = entries.map(
    ({ key, token, kind, cardinality, roots, reaches }) =>
      `### ${key}\n\n- ${kind} \`${token}\`, cardinality \`${cardinality}\`, of \`${roots.join('`, `')}\`\n- reaches ${reaches.map((name) => `\`${name}\``).join(', ')}\n`,
  );
  const declarations = [...types].map(([name, text]) => `### ${name}\n\n\`\`\`ts\n${text}\n\`\`\`\n`);
  return [HEAD, '## Points, services and capabilities\n', ...points, '## Declarations\n', ...declarations].join('\n');
}

/** @returns {{ points: Map<string, { facts: string, reaches: string[] }>, types: Map<string, string> }} */
export function readReport(text) {
  const points = new Map();
  const types = new Map();
  for (const section of text.split(/^### /m).slice(1)) {
    const name = section.slice(0, section.indexOf('\n'));
    const code = /```ts\n([\s\S]*?)\n```/.exec(section);
    if (code !== null) types.set(name, code[1]);
    const facts = /^- (.*)$/m.exec(section);
    const reaches = /^- reaches (.*)$/m.exec(section);
    if (code === null && facts !== null) {
      points.set(name, { facts: facts[1], reaches: [...(reaches?.[1] ?? '').matchAll(/`([^`]+)`/g)].map((match) => match[1]) });
    }
  }
  return { points, types };
}
