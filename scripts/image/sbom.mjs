// The bill of materials: `npm run sbom -- [FILE] [--image IMAGE]` writes CycloneDX 1.6 as
// JSON. With an image it is read from that alone: npm packages from their folders, Debian's
// from their records, Node and what is built into it from what it says of itself. Without
// one it has the packages of this checkout that the server is made of.
import fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { Contrib, Enums, Models, SPDX, Serialize, Spec } from '@cyclonedx/cyclonedx-library';
import { PackageURL } from 'packageurl-js';
import { HOW_TO_SAVE, openImage } from './open-image.mjs';

const ROOT = path.resolve(import.meta.dirname, '../..');
const SERVER = 'apps/host';
const NAME = 'zot-artifact-store';
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

const manifestOf = (folder) => JSON.parse(fs.readFileSync(path.join(folder, 'package.json'), 'utf8'));

/** The folder of a dependency, as Node finds it; `undefined` for optional ones that are not there. */
function resolved(name, folder) {
  for (let at = folder; at !== path.dirname(at); at = path.dirname(at)) {
    const candidate = path.join(at, 'node_modules', name);
    if (fs.existsSync(candidate)) return fs.realpathSync(candidate);
  }
  return undefined;
}

/** Folders of a package and of all that it depends on; optional ones only where they are. */
function foldersFrom(folder, found = new Set()) {
  if (found.has(folder)) return found;
  found.add(folder);
  const { dependencies, optionalDependencies, peerDependencies } = manifestOf(folder);
  for (const name of Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies })) {
    const dependency = resolved(name, folder);
    if (dependency !== undefined) foldersFrom(dependency, found);
  }
  return found;
}

/** A component for each package that the server is made of; those of one name and version are one. */
function npmComponents(app) {
  const [byFolder, byPurl] = [new Map(), new Map()];
  for (const folder of foldersFrom(fs.realpathSync(path.join(app, SERVER)))) {
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

const serverIn = (packages) => packages.find(({ group, name }) => group === '@zas' && name === 'host');

function billOf(subject, phase, components) {
  const bill = new Models.Bom({ serialNumber: Contrib.Bom.Utils.randomSerialNumber() });
  bill.metadata.component = subject;
  bill.metadata.timestamp = new Date();
  bill.metadata.lifecycles.add(phase);
  for (const one of components) bill.components.add(one);
  return bill;
}

function billOfImage({ root, config }) {
  const label = (name) => config.config?.Labels?.[`org.opencontainers.image.${name}`] || undefined;
  const release = Object.fromEntries([...fs.readFileSync(path.join(root, 'etc/os-release'), 'utf8').matchAll(/^(\w+)="?(.*?)"?$/gm)].map(([, name, value]) => [name, value]));
  const subject = new Component(ComponentType.Container, NAME, { bomRef: 'image', version: label('version'), description: label('description') });
  const packages = npmComponents(path.join(root, 'app'));
  const [node, debian, server] = [nodeComponent(root), debianComponents(root, release), serverIn(packages)];
  const system = new Component(ComponentType.OperatingSystem, release.ID, { bomRef: 'operating-system', version: release.VERSION_ID, description: release.PRETTY_NAME });
  for (const one of [server, node, system]) subject.dependencies.add(one.bomRef);
  for (const one of debian) system.dependencies.add(one.bomRef);
  server.dependencies.add(node.bomRef);
  return billOf(subject, Enums.LifecyclePhase.PostBuild, [...packages, node, system, ...debian]);
}

function billOfCheckout() {
  const packages = npmComponents(ROOT);
  const server = serverIn(packages);
  const subject = new Component(ComponentType.Application, NAME, { bomRef: 'server', version: server.version, description: manifestOf(ROOT).description });
  subject.dependencies.add(server.bomRef);
  return billOf(subject, Enums.LifecyclePhase.PreBuild, packages);
}

const { values, positionals } = parseArgs({ allowPositionals: true, options: { image: { type: 'string' } } });
if (positionals.length > 1) {
  process.stderr.write(`Usage: npm run sbom -- [FILE] [--image IMAGE]\nIMAGE: ${HOW_TO_SAVE}\n`);
  process.exit(2);
}
const image = values.image === undefined ? undefined : openImage(values.image);
try {
  const bill = image === undefined ? billOfCheckout() : billOfImage(image);
  bill.metadata.component.licenses.add(licences.makeFromString(manifestOf(ROOT).license));
  const serializer = new Serialize.JsonSerializer(new Serialize.JSON.Normalize.Factory(Spec.Spec1dot6));
  const text = `${serializer.serialize(bill, { sortLists: true, space: 2 })}\n`;
  if (positionals.length === 0) process.stdout.write(text);
  else fs.writeFileSync(positionals[0], text);
} finally {
  image?.close();
}
