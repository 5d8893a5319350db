import net from 'node:net';

/** The address, of IPv6 its /64: any number of addresses of one are anybody's who has one. */
export function addressNetwork(address: string): string {
  if (!address.includes(':') || !net.isIPv6(address)) return address;
  const [head = '', tail] = address.split('%', 1)[0]!.replace(/[\d.]+\.\d+$/, '0:0').split('::');
  const groups = groupsOf(head);
  if (tail !== undefined) {
    const behind = groupsOf(tail);
    while (groups.length + behind.length < 8) groups.push(0);
    groups.push(...behind);
  }
  return `${groups.slice(0, 4).map((group) => group.toString(16)).join(':')}::/64`;
}

function groupsOf(text: string): number[] {
  return text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16));
}
