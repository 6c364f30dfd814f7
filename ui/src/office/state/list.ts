import type { Query as Asked } from './api';
import type { Query } from './address';

/** What the page's address says of a list, as the server takes it: `sort=-total` is two words there. */
export function listQuery(query: Query): Asked {
  const { sort, ...rest } = query;
  if (!sort) return rest;
  return { ...rest, sort: sort.replace(/^-/, ''), descending: sort.startsWith('-') };
}
