/** k6 has it; its types leave it to those of browsers. */
declare const console: { error(text: string): void };
