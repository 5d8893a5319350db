import { same } from '../mismatch.js';
import type { Page } from '../model-listing.js';
import type { XmlNode } from '../read-xml.js';

/** A page of a listing as it was answered, whose keys may be percent-encoded. */
export class ListingPage {
  /** @param title before the name of whatever differs */
  constructor(
    readonly node: XmlNode,
    private readonly encoded: boolean,
    private readonly title = '',
  ) {}

  what(name: string): string {
    return this.title + name;
  }

  plain(name: string): string | undefined {
    return this.node.get(name);
  }

  name(name: string): string | undefined {
    return this.decode(this.node.get(name));
  }

  decode(text: string | undefined): string | undefined {
    return this.encoded && text !== undefined ? decodeURIComponent(text) : text;
  }

  prefixes(): (string | undefined)[] {
    return this.node.all('CommonPrefixes').map((entry) => this.decode(entry.get('Prefix')));
  }

  /** Compares all but the entries that are no common prefixes. */
  compareFrame({ prefix, delimiter }: { prefix: string; delimiter?: string }, expected: Page<unknown>, limit: number): void {
    const prefixes = expected.entries.filter((entry) => entry.kind === 'prefix').map((entry) => entry.prefix);
    same(this.what('common prefixes'), this.prefixes(), prefixes);
    same(this.what('IsTruncated'), this.plain('IsTruncated'), String(expected.truncated));
    same(this.what('Prefix'), this.name('Prefix') ?? '', prefix);
    same(this.what('Delimiter'), this.name('Delimiter'), delimiter);
    same(this.what('MaxKeys'), this.plain('MaxKeys'), String(limit));
  }
}
