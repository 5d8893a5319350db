/** `yyyyMMddTHHmmssZ` of a time in milliseconds. */
export function formatTimestamp(time: number): string {
  const iso = new Date(time).toISOString();
  return (
    iso.slice(0, 4) + iso.slice(5, 7) + iso.slice(8, 13) + iso.slice(14, 16) + iso.slice(17, 19) + 'Z'
  );
}

/** Milliseconds since the epoch, or `undefined` when the text is not exactly `yyyyMMddTHHmmssZ`. */
export function parseTimestamp(text: string): number | undefined {
  if (text.length !== 16 || text[8] !== 'T' || text[15] !== 'Z') return undefined;
  for (let i = 0; i < 15; i++) {
    const code = text.charCodeAt(i);
    if (i !== 8 && (code < 0x30 || code > 0x39)) return undefined;
  }
  const month = Number(text.slice(4, 6));
  const day = Number(text.slice(6, 8));
  const time = Date.UTC(
    Number(text.slice(0, 4)),
    month - 1,
    day,
    Number(text.slice(9, 11)),
    Number(text.slice(11, 13)),
    Number(text.slice(13, 15)),
  );
  // Refuses the 31st of February and its like, which Date.UTC would carry over.
  return formatTimestamp(time) === text ? time : undefined;
}
