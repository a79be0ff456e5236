/** What bounds a link holder and a stranger. It is kept in memory: a gateway that starts anew has forgotten it. */
export { Buckets, type Allowance } from './buckets';
export { Gathered } from './gathered';
export { isFirst, Recent } from './recent';
