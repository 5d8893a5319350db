// What the image is made of, and how large that is: `npm run image:sizes -- IMAGE` prints a
// table, or numbers with `--json`. With `--update FILE` it replaces the table in that
// document, with `--check FILE` it compares with it.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import zlib from 'node:zlib';
import { HOW_TO_SAVE, openImage } from './open-image.mjs';

const [BEGIN, END] = ['<!-- sizes: begin -->', '<!-- sizes: end -->'];
/** A package of at least so many bytes, compressed, has a line of its own. */
const LARGE = 150_000;
/** A measure may differ from the document by this part of it, or by so many megabytes. */
const [TOLERANCE, LEAST] = [0.1, 0.05];

const MODULES = 'app/node_modules';

/** Every package of others below `node_modules`, as a path in the image; those inside another count with it. */
function packagesIn(root) {
  const folders = (folder) => fs.readdirSync(path.join(root, folder), { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return folders(MODULES).flatMap(({ name }) => {
    const folder = `${MODULES}/${name}`;
    return name.startsWith('@') ? folders(folder).map((inner) => `${folder}/${inner.name}`) : [folder];
  });
}

/** Bytes of what lies at these paths, and of a compressed archive of it. */
function measure(root, paths) {
  const there = paths.filter((one) => fs.existsSync(path.join(root, one)));
  const { stdout, status, stderr } = spawnSync('tar', ['-C', root, '-c', ...there], { maxBuffer: 2 ** 30 });
  if (status !== 0) throw new Error(String(stderr));
  const bytes = (file) => {
    const stat = fs.lstatSync(file);
    return stat.isDirectory() ? fs.readdirSync(file).reduce((sum, name) => sum + bytes(path.join(file, name)), 0) : stat.size;
  };
  return { raw: there.reduce((sum, one) => sum + bytes(path.join(root, one)), 0), gzip: zlib.gzipSync(stdout).length };
}

/** The rows of the table: parts, their sum, and the layers as they are. */
function sizesOf({ root, layers }) {
  const part = (name, paths) => ({ name, ...measure(root, paths) });
  const packages = packagesIn(root).map((folder) => ({ folder, ...part(`\`${folder.slice(MODULES.length + 1)}\``, [folder]) }));
  const large = packages.filter(({ gzip }) => gzip >= LARGE).sort((a, b) => b.gzip - a.gzip);
  const small = packages.filter(({ gzip }) => gzip < LARGE);
  const parts = [
    part('Node, without symbols', ['usr/local']),
    part('libraries that Node and SQLite are linked with', ['lib', 'lib64', 'usr/lib', 'usr/lib64']),
    part('CA certificates', ['etc/ssl']),
    part('the server and its plugins', ['app/apps', 'app/libs', 'app/plugins']),
    ...large.map(({ name, raw, gzip }) => ({ name, raw, gzip })),
    part(`${small.length} smaller packages`, small.map(({ folder }) => folder)),
    part('licences, lists of packages, the user', ['usr/share', 'var', 'etc/passwd', 'etc/group', 'etc/nsswitch.conf', 'etc/os-release', 'app/LICENSE']),
  ];
  const sum = (key) => parts.reduce((total, one) => total + one[key], 0);
  return { parts, sum: { name: 'sum', raw: sum('raw'), gzip: sum('gzip') }, layers: layers.reduce((total, { bytes }) => total + bytes, 0) };
}

const megabytes = (bytes) => (bytes / 1e6).toFixed(2);

function tableOf({ parts, sum, layers }) {
  const row = ({ name, raw, gzip }) => `| ${name} | ${megabytes(raw)} | ${megabytes(gzip)} |`;
  return ['| part | MB | MB, gzip |', '| --- | ---: | ---: |', ...parts.map(row), row(sum), `| the image's layers, as exported | | ${megabytes(layers)} |`].join('\n');
}

/** The numbers of a table by the name of their row; a count in a name does not tell rows apart. */
function numbersOf(table) {
  const rows = table.split('\n').slice(2).map((line) => line.split('|').slice(1, -1).map((cell) => cell.trim()));
  return new Map(rows.map(([name, ...numbers]) => [name.replace(/^\d+ /, ''), numbers.filter((one) => one !== '').map(Number)]));
}

/** Where what is measured is not what the document says. */
function differences(documented, measured) {
  const [before, now] = [numbersOf(documented), numbersOf(measured)];
  const names = [...new Set([...before.keys(), ...now.keys()])];
  return names.flatMap((name) => {
    const [old, found] = [before.get(name), now.get(name)];
    if (old === undefined || found === undefined) return [`${name}: ${old === undefined ? 'not in the document' : 'not in the image'}`];
    const near = found.length === old.length && found.every((one, i) => Math.abs(one - old[i]) <= Math.max(LEAST, TOLERANCE * old[i]));
    return near ? [] : [`${name}: ${old.join(', ')} MB in the document, ${found.join(', ')} measured`];
  });
}

function splitAtTable(text, file) {
  const [from, to] = [text.indexOf(BEGIN), text.indexOf(END)];
  if (from < 0 || to < from) throw new Error(`${file}: no table between ${BEGIN} and ${END}`);
  return [text.slice(0, from + BEGIN.length), text.slice(from + BEGIN.length, to).trim(), text.slice(to)];
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { check: { type: 'string' }, update: { type: 'string' }, json: { type: 'boolean' } },
});
if (positionals.length !== 1) {
  process.stderr.write(`Usage: npm run image:sizes -- IMAGE [--json] [--check FILE | --update FILE]\nIMAGE: ${HOW_TO_SAVE}\n`);
  process.exit(2);
}
const image = openImage(positionals[0]);
try {
  const sizes = sizesOf(image);
  const table = tableOf(sizes);
  const document = values.check ?? values.update;
  process.stdout.write(values.json ? `${JSON.stringify(sizes, null, 2)}\n` : `${table}\n`);
  if (document !== undefined) {
    const [before, documented, after] = splitAtTable(fs.readFileSync(document, 'utf8'), document);
    if (values.update !== undefined) fs.writeFileSync(document, `${before}\n${table}\n${after}`);
    else {
      const found = differences(documented, table);
      for (const one of found) process.stderr.write(`${one}\n`);
      if (found.length > 0) process.exitCode = 1;
    }
  }
} finally {
  image.close();
}
