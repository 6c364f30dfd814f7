// What stands behind the # of the page's address: where one is, and how its list is filtered.

export type Query = Record<string, string>;

export function partsOf(address: string): [path: string[], query: Query] {
  const [path = '', query = ''] = address.split('?', 2);
  return [path.split('/').filter(Boolean).map(decoded), Object.fromEntries(new URLSearchParams(query))];
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

export function address(path: readonly string[], query: Query = {}): string {
  const asked = new URLSearchParams(query).toString();
  return `/${path.map(encodeURIComponent).join('/')}${asked ? `?${asked}` : ''}`;
}

/** What a link in a page leads to. */
export function href(path: readonly string[], query: Query = {}): string {
  return `#${address(path, query)}`;
}
