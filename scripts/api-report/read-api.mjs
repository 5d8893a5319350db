// Reads what plugin authors may rely on out of the sources of plugin-api, by syntax alone.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import ts from 'typescript';

const MAKERS = new Map([
  ['definePoint', 'point'],
  ['defineService', 'service'],
  ['defineCapability', 'capability'],
]);
/** What every plugin meets besides the points themselves. */
const FOUNDATION = ['definePlugin', 'PluginDefinition', 'provide', 'provideCapability', 'StoreError'];
export const FOUNDATION_KEY = 'plugin/v0alpha';

const printer = ts.createPrinter({ removeComments: true, newLine: ts.NewLineKind.LineFeed });

/**
 * @typedef {{ key: string, token: string, kind: string, cardinality: string, roots: string[], reaches: string[] }} Entry
 * @param {string} folder of the sources
 * @returns {{ entries: Entry[], types: Map<string, string> }} entries by key; declarations by name, normalised
 */
export function readApi(folder) {
  const files = new Map();
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    if (!name.endsWith('.ts') || name.endsWith('.spec.ts')) continue;
    const path = resolve(folder, name);
    files.set(path, readFile(path));
  }
  const types = new Map();
  const entries = [...files].flatMap(([path, file]) => tokensOf(file).map((token) => describe(token, path, files, types)));
  const home = [...files].find(([, file]) => file.declarations.has('definePlugin'));
  if (home !== undefined) {
    const roots = FOUNDATION.flatMap((name) => [...files].filter(([, file]) => file.declarations.has(name)).map(([path]) => [path, name]));
    const reaches = reach(roots, files, types);
    entries.push({ key: FOUNDATION_KEY, token: 'definePlugin', kind: 'foundation', cardinality: '-', roots: FOUNDATION, reaches });
  }
  entries.sort((a, b) => (a.key < b.key ? -1 : 1));
  return { entries, types: new Map([...types].sort(([a], [b]) => (a < b ? -1 : 1))) };
}

function readFile(path) {
  const source = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest, true);
  const declarations = new Map();
  const imports = new Map();
  for (const statement of source.statements) {
    if (ts.isImportDeclaration(statement)) {
      const from = statement.moduleSpecifier.text;
      if (!from.startsWith('.')) continue;
      const target = resolve(dirname(path), from.replace(/\.js$/, '.ts'));
      for (const element of statement.importClause?.namedBindings?.elements ?? []) {
        imports.set(element.name.text, { target, name: (element.propertyName ?? element.name).text });
      }
    } else if (ts.isVariableStatement(statement)) {
      for (const declaration of statement.declarationList.declarations) declarations.set(declaration.name.getText(), statement);
    } else if (statement.name !== undefined) {
      declarations.set(statement.name.text, statement);
    }
  }
  return { source, declarations, imports };
}

function tokensOf({ source }) {
  return source.statements.filter(ts.isVariableStatement).flatMap((statement) =>
    statement.declarationList.declarations.flatMap(({ name, initializer }) => {
      const kind = initializer && ts.isCallExpression(initializer) ? MAKERS.get(initializer.expression.getText()) : undefined;
      return kind === undefined ? [] : [{ token: name.getText(), kind, call: initializer }];
    }),
  );
}

function describe({ token, kind, call }, path, files, types) {
  const [key, cardinality] = call.arguments.map((argument) => argument.text);
  const roots = referencesIn(call.typeArguments[0]);
  return {
    key,
    token,
    kind,
    cardinality: cardinality ?? (kind === 'service' ? 'one' : '-'),
    roots,
    reaches: reach(roots.map((name) => [path, name]), files, types),
  };
}

/** Names of all declarations that are reached from `roots`; fills `types` with their texts. */
function reach(roots, files, types) {
  const seen = new Set();
  const waiting = [...roots];
  while (waiting.length > 0) {
    const [path, name] = waiting.pop();
    const file = files.get(path);
    const imported = file?.imports.get(name);
    if (imported !== undefined) {
      waiting.push([imported.target, imported.name]);
      continue;
    }
    const declaration = file?.declarations.get(name);
    if (declaration === undefined || seen.has(name)) continue;
    seen.add(name);
    const text = normalise(declaration, file.source);
    if (types.has(name) && types.get(name) !== text) throw new Error(`Two declarations are called ${name}; give one of them another name`);
    types.set(name, text);
    for (const reference of referencesIn(signatureOnly(declaration))) waiting.push([path, reference]);
  }
  return [...seen].sort();
}

function referencesIn(node) {
  const names = new Set();
  const visit = (child) => {
    if (ts.isTypeReferenceNode(child)) names.add(leftmost(child.typeName));
    if (ts.isTypeQueryNode(child)) names.add(leftmost(child.exprName));
    if (ts.isExpressionWithTypeArguments(child)) names.add(child.expression.getText());
    ts.forEachChild(child, visit);
  };
  if (node !== undefined) visit(node);
  return [...names];
}

function leftmost(name) {
  return ts.isIdentifier(name) ? name.text : leftmost(name.left);
}

/** Without bodies: what happens inside is no promise. */
function signatureOnly(declaration) {
  const { factory } = ts;
  if (ts.isFunctionDeclaration(declaration)) {
    const { modifiers, name, typeParameters, parameters, type } = declaration;
    return factory.updateFunctionDeclaration(declaration, modifiers, undefined, name, typeParameters, parameters.map(withoutDefault), type, undefined);
  }
  if (!ts.isClassDeclaration(declaration)) return declaration;
  const members = declaration.members
    .filter((member) => !(ts.getCombinedModifierFlags(member) & ts.ModifierFlags.Private) && !(member.name && ts.isPrivateIdentifier(member.name)))
    .map((member) => {
      if (ts.isConstructorDeclaration(member)) {
        return factory.updateConstructorDeclaration(member, member.modifiers, member.parameters.map(withoutDefault), undefined);
      }
      if (!ts.isMethodDeclaration(member)) return member;
      const { modifiers, name, questionToken, typeParameters, parameters, type } = member;
      return factory.updateMethodDeclaration(member, modifiers, undefined, name, questionToken, typeParameters, parameters.map(withoutDefault), type, undefined);
    });
  const { modifiers, name, typeParameters, heritageClauses } = declaration;
  return factory.updateClassDeclaration(declaration, modifiers, name, typeParameters, heritageClauses, members);
}

function withoutDefault(parameter) {
  if (parameter.initializer === undefined) return parameter;
  const optional = ts.factory.createToken(ts.SyntaxKind.QuestionToken);
  return ts.factory.updateParameterDeclaration(parameter, parameter.modifiers, parameter.dotDotDotToken, parameter.name, optional, parameter.type, undefined);
}

/** One text per meaning: no comments, members of interfaces sorted. */
function normalise(declaration, source) {
  const print = (node) => printer.printNode(ts.EmitHint.Unspecified, node, source);
  if (!ts.isInterfaceDeclaration(declaration)) return print(signatureOnly(declaration));
  const members = [...declaration.members].sort((a, b) => (print(a) < print(b) ? -1 : 1));
  const { modifiers, name, typeParameters, heritageClauses } = declaration;
  return print(ts.factory.updateInterfaceDeclaration(declaration, modifiers, name, typeParameters, heritageClauses, members));
}

export const sourceFolder = (root) => join(root, 'libs', 'plugin-api', 'src');
