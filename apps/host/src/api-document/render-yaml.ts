import { Document, isMap, isScalar, isSeq, visit } from 'yaml';
import type { ApiDocument } from './api-document.js';

/** As YAML; references and lists of words take one line each. */
export function renderYaml(document: ApiDocument): string {
  const yaml = new Document(document, { aliasDuplicateObjects: false });
  visit(yaml, {
    Map: (_key, map) => {
      if (map.items.length === 1 && isScalar(map.items[0]!.key) && map.items[0]!.key.value === '$ref') map.flow = true;
    },
    Seq: (_key, seq) => {
      if (seq.items.every((item) => isScalar(item) || ((isMap(item) || isSeq(item)) && item.items.length === 0))) seq.flow = true;
    },
  });
  return yaml.toString({ lineWidth: 0 });
}
