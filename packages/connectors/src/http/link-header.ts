/** A link: its address and its parameters. */
const LINK = /<([^>]*)>((?:\s*;\s*[^\s=;,<>]+(?:\s*=\s*(?:"[^"]*"|[^\s";,<>]+))?)*)/g;
const PARAMETER = /;\s*([^\s=;]+)(?:\s*=\s*(?:"([^"]*)"|([^\s";]+)))?/g;

/** Returns the address of the next page in a `Link` header (RFC 8288), perhaps relative; null without one. */
export function findNextLink(header: string | undefined): string | null {
  for (const [, address = '', parameters = ''] of (header ?? '').matchAll(LINK))
    if (address.trim() !== '' && relationsIn(parameters).includes('next')) return address.trim();
  return null;
}

function relationsIn(parameters: string): string[] {
  const relation = [...parameters.matchAll(PARAMETER)].find(([, name]) => name?.toLowerCase() === 'rel');
  return (relation?.[2] ?? relation?.[3] ?? '').toLowerCase().split(/\s+/);
}
