// The bill of materials of the image: `npm run sbom -- IMAGE [--output FILE]` writes
// CycloneDX 1.6 as JSON. It is read from the image itself: npm packages from their folders,
// Debian's from their records, Node and what is built into it from what it says of itself.
import fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { Contrib, Enums, Models, SPDX, Serialize, Spec } from '@cyclonedx/cyclonedx-library';
import { PackageURL } from 'packageurl-js';
import { HOW_TO_SAVE, openImage } from './open-image.mjs';

const { Component } = Models;
const { ComponentType } = Enums;
const licences = new Contrib.License.Factories.LicenseFactory((expression) => {
  const unknown = expression.split(/[\s()]+|\b(?:AND|OR|WITH)\b/).find((id) => id !== '' && !SPDX.isSupportedSpdxId(id));
  if (unknown !== undefined) throw new RangeError(`${unknown} is no licence of SPDX`);
});
const references = new Contrib.FromNodePackageJson.Factories.ExternalReferenceFactory();
const fromManifest = new Contrib.FromNodePackageJson.Builders.ComponentBuilder(references, licences);

/** Names in `process.versions` that are no components but versions of interfaces and data formats. */
const NO_COMPONENTS = new Set(['node', 'modules', 'napi']);

const purlOf = (type, namespace, name, version, qualifiers) => new PackageURL(type, namespace, name, version, qualifiers).toString();

/** Folders of packages below a `node_modules`, those inside packages as well; links are followed once, to our own. */
function packageFolders(modules) {
  if (!fs.existsSync(modules)) return [];
  return fs.readdirSync(modules).flatMap((name) => {
    const folder = path.join(modules, name);
    if (name.startsWith('@')) return packageFolders(folder);
    const home = fs.realpathSync(folder);
    return [home, ...packageFolders(path.join(home, 'node_modules'))];
  });
}

const manifestOf = (folder) => JSON.parse(fs.readFileSync(path.join(folder, 'package.json'), 'utf8'));

/** The folder of a dependency, as Node finds it; `undefined` for optional ones that are not there. */
function resolved(name, folder) {
  for (let at = folder; at !== path.dirname(at); at = path.dirname(at)) {
    const candidate = path.join(at, 'node_modules', name);
    if (fs.existsSync(candidate)) return fs.realpathSync(candidate);
  }
  return undefined;
}

/** A component for each package, by its folder; packages of one name and version are one component. */
function npmComponents(app) {
  const [byFolder, byPurl] = [new Map(), new Map()];
  for (const folder of packageFolders(path.join(app, 'node_modules'))) {
    const manifest = manifestOf(folder);
    const [, namespace, name] = /^(?:(@[^/]+)\/)?(.+)$/.exec(manifest.name);
    const purl = purlOf('npm', namespace, name, manifest.version);
    const component = byPurl.get(purl) ?? fromManifest.makeComponent(manifest, ComponentType.Library);
    component.purl = purl;
    component.bomRef.value = purl;
    byPurl.set(purl, component);
    byFolder.set(folder, component);
  }
  for (const [folder, component] of byFolder) {
    const { dependencies, optionalDependencies, peerDependencies } = manifestOf(folder);
    for (const name of Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies })) {
      const dependency = byFolder.get(resolved(name, folder));
      if (dependency !== undefined) component.dependencies.add(dependency.bomRef);
    }
  }
  return [...byPurl.values()];
}

/** What follows each `Name:` at the beginning of a line. */
const fieldsOf = (text) => Object.fromEntries([...text.matchAll(/^([\w-]+): ?(.*)$/gm)].map(([, name, value]) => [name, value]));

function debianComponents(root, { ID, VERSION_ID }) {
  const records = path.join(root, 'var/lib/dpkg/status.d');
  return fs.readdirSync(records).map((name) => {
    const { Package, Version, Architecture, Maintainer, Description } = fieldsOf(fs.readFileSync(path.join(records, name), 'utf8'));
    const purl = purlOf('deb', ID, Package, Version, { arch: Architecture, distro: `${ID}-${VERSION_ID}` });
    return new Component(ComponentType.Library, Package, {
      bomRef: purl,
      purl,
      version: Version,
      description: Description,
      supplier: new Models.OrganizationalEntity({ name: Maintainer }),
    });
  });
}

/** Node, and inside it the libraries that are built into it. */
function nodeComponent(root) {
  const versions = JSON.parse(fs.readFileSync(path.join(root, 'usr/share/doc/node/versions.json'), 'utf8'));
  const purl = purlOf('generic', undefined, 'node', versions.node);
  const node = new Component(ComponentType.Platform, 'node', { bomRef: purl, purl, version: versions.node, cpe: `cpe:2.3:a:nodejs:node.js:${versions.node}:*:*:*:*:*:*:*` });
  node.licenses.add(licences.makeFromString('MIT'));
  for (const [name, version] of Object.entries(versions)) {
    if (NO_COMPONENTS.has(name) || version === '') continue;
    const inside = purlOf('generic', undefined, name, version);
    node.components.add(new Component(ComponentType.Library, name, { bomRef: `${purl}#${name}`, purl: inside, version }));
  }
  return node;
}

function billOf({ root, config }) {
  const labels = config.config?.Labels ?? {};
  const label = (name) => labels[`org.opencontainers.image.${name}`] || undefined;
  const release = Object.fromEntries([...fs.readFileSync(path.join(root, 'etc/os-release'), 'utf8').matchAll(/^(\w+)="?(.*?)"?$/gm)].map(([, name, value]) => [name, value]));
  const subject = new Component(ComponentType.Container, 'zot-artifact-store', { bomRef: 'image', version: label('version'), description: label('description') });
  subject.licenses.add(licences.makeFromString(manifestOf(path.join(root, 'app/apps/host')).license));
  const packages = npmComponents(path.join(root, 'app'));
  const [node, debian] = [nodeComponent(root), debianComponents(root, release)];
  const system = new Component(ComponentType.OperatingSystem, release.ID, { bomRef: 'operating-system', version: release.VERSION_ID, description: release.PRETTY_NAME });
  const server = packages.find(({ group, name }) => group === '@zas' && name === 'host');
  for (const one of [server, node, system]) subject.dependencies.add(one.bomRef);
  for (const one of debian) system.dependencies.add(one.bomRef);
  server.dependencies.add(node.bomRef);

  const bill = new Models.Bom({ serialNumber: Contrib.Bom.Utils.randomSerialNumber() });
  bill.metadata.component = subject;
  bill.metadata.timestamp = new Date();
  bill.metadata.lifecycles.add(Enums.LifecyclePhase.PostBuild);
  for (const one of [...packages, node, system, ...debian]) bill.components.add(one);
  return bill;
}

const { values, positionals } = parseArgs({ allowPositionals: true, options: { output: { type: 'string' } } });
if (positionals.length !== 1) {
  process.stderr.write(`Usage: npm run sbom -- IMAGE [--output FILE]\nIMAGE: ${HOW_TO_SAVE}\n`);
  process.exit(2);
}
const image = openImage(positionals[0]);
try {
  const serializer = new Serialize.JsonSerializer(new Serialize.JSON.Normalize.Factory(Spec.Spec1dot6));
  const text = `${serializer.serialize(billOf(image), { sortLists: true, space: 2 })}\n`;
  if (values.output === undefined) process.stdout.write(text);
  else fs.writeFileSync(values.output, text);
} finally {
  image.close();
}
