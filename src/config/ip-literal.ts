/** Is the text an IPv4 or IPv6 address as Go's `net.ParseIP` takes it: no name, no zone, no leading zeros? */
export function isIpAddress(text: string): boolean {
  return isIpv4(text) || isIpv6(text);
}

/** Is it an address, or a network such as `10.0.0.0/8`? */
export function isAddressOrNetwork(text: string): boolean {
  const slashAt = text.indexOf("/");
  if (slashAt === -1) return isIpAddress(text);
  const address = text.slice(0, slashAt);
  const length = text.slice(slashAt + 1);
  const longest = isIpv4(address) ? 32 : 128;
  return isIpAddress(address) && /^\d{1,3}$/.test(length) && Number(length) <= longest;
}

function isIpv4(text: string): boolean {
  const parts = text.split(".");
  return (
    parts.length === 4 &&
    parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256)
  );
}

function isIpv6(text: string): boolean {
  return text.includes(":") && /^[\da-f:.]+$/i.test(text) && URL.canParse(`http://[${text}]/`);
}
