// Gathers what the server needs to run: `node assemble-app.mjs BUILT MODULES OUT`. BUILT is
// the compiled checkout, MODULES holds the production node_modules of apps/host; OUT gets
// both, without what Node never loads on Linux on this machine's architecture.
import fs from 'node:fs';
import path from 'node:path';

const [built, modules, out] = process.argv.slice(2);
const SCOPE = '@zas';
const SERVER = 'apps/host';

const LOADED = /\.(js|cjs|mjs|json|node|wasm)$/;
const LICENCE = /^(licen[cs]e|notice|copying|authors)/i;
/** Folders right below a package's own that only its developers use. */
const DEVELOPERS = /^(\.github|\.bin|tests?|__tests__|specs?|benchmarks?|bench|examples?|docs?)$/;
/** What else of these packages is never loaded here: other module formats and platforms, sources of addons. */
const UNUSED = {
  'better-sqlite3': new RegExp(`^(src|deps|node_modules)$|^prebuilds/(?!linux-${process.arch}\\.node$)`),
  rxjs: /^(src|dist\/(bundles|esm|esm5|types))$/,
  'hash-wasm': /^dist\/(?!index\.umd\.js$).*\.js$/,
  yaml: /^browser$/,
  jose: /^dist\/types$/,
};

/** True for a path, from its package's folder, that the server may need. */
function needed(name, inside, isFolder) {
  if (inside === '') return true;
  if (DEVELOPERS.test(inside) || UNUSED[name]?.test(inside)) return false;
  return isFolder || LOADED.test(inside) || LICENCE.test(path.basename(inside));
}

function copyModules(from, to) {
  for (const entry of fs.readdirSync(from, { withFileTypes: true })) {
    const [source, target] = [path.join(from, entry.name), path.join(to, entry.name)];
    if (entry.name.startsWith('.') || entry.isSymbolicLink() || !entry.isDirectory()) continue;
    if (entry.name.startsWith('@')) copyModules(source, target);
    else copyPackage(source, target);
  }
}

function copyPackage(source, target) {
  const { name } = manifestOf(source);
  fs.cpSync(source, target, {
    recursive: true,
    filter: (file) => {
      const inside = path.relative(source, file).split(path.sep).join('/');
      return inside !== 'node_modules' && needed(name, inside, fs.statSync(file).isDirectory());
    },
  });
  const nested = path.join(source, 'node_modules');
  if (fs.existsSync(nested) && needed(name, 'node_modules', true)) copyModules(nested, path.join(target, 'node_modules'));
}

const manifestOf = (folder) => JSON.parse(fs.readFileSync(path.join(folder, 'package.json'), 'utf8'));

/** Folders of the server and of our packages that it depends on. */
function workspacesFrom(folder, found = new Set()) {
  if (found.has(folder)) return found;
  found.add(folder);
  for (const name of Object.keys(manifestOf(path.join(built, folder)).dependencies ?? {})) {
    if (!name.startsWith(`${SCOPE}/`)) continue;
    const home = fs.realpathSync(path.join(built, 'node_modules', name));
    workspacesFrom(path.relative(fs.realpathSync(built), home), found);
  }
  return found;
}

function removeEmpty(folder) {
  for (const entry of fs.readdirSync(folder, { withFileTypes: true })) if (entry.isDirectory()) removeEmpty(path.join(folder, entry.name));
  if (fs.readdirSync(folder).length === 0) fs.rmdirSync(folder);
}

copyModules(path.join(modules, 'node_modules'), path.join(out, 'node_modules'));
fs.mkdirSync(path.join(out, 'node_modules', SCOPE), { recursive: true });
for (const folder of [...workspacesFrom(SERVER)].sort()) {
  const target = path.join(out, folder);
  const { name } = manifestOf(path.join(built, folder));
  fs.mkdirSync(target, { recursive: true });
  fs.copyFileSync(path.join(built, folder, 'package.json'), path.join(target, 'package.json'));
  fs.cpSync(path.join(built, folder, 'dist'), path.join(target, 'dist'), {
    recursive: true,
    filter: (file) => fs.statSync(file).isDirectory() || (LOADED.test(file) && !/\.spec\.js$/.test(file)),
  });
  const nested = path.join(modules, folder, 'node_modules');
  if (fs.existsSync(nested)) copyModules(nested, path.join(target, 'node_modules'));
  fs.symlinkSync(path.join('../..', folder), path.join(out, 'node_modules', name));
}
fs.copyFileSync(path.join(built, 'LICENSE'), path.join(out, 'LICENSE'));
removeEmpty(out);
