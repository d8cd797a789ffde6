import { isDeepStrictEqual } from 'node:util';

const OPTIONS = ['unique', 'sparse', 'partialFilterExpression', 'expireAfterSeconds'];

/**
 * Which of the wanted indexes of a collection are missing, and which differ. Pure.
 * @param {readonly { key: object, options: object }[]} wanted
 * @param {readonly object[]} present as `listIndexes` says
 */
export function compareIndexes(wanted, present) {
  return wanted.flatMap(({ key, options }) => {
    const name = options.name ?? nameOf(key);
    const same = present.find((index) => isSameKey(index.key, key) && isSameFilter(index, options));
    const found = same ?? present.find((index) => index.name === name || isSameKey(index.key, key));
    if (!found) return [{ name, problem: 'missing', key, options }];
    const differing = OPTIONS.filter(
      (option) => !isDeepStrictEqual(valueOf(found, option), valueOf(options, option)),
    );
    if (!isSameKey(found.key, key)) differing.unshift('key');
    return differing.length === 0
      ? []
      : [{ name, problem: `other than it should be: ${differing.join(', ')}` }];
  });
}

const nameOf = (key) =>
  Object.entries(key)
    .map(([field, direction]) => `${field}_${direction}`)
    .join('_');

/** The order of the fields matters. */
const isSameKey = (a, b) => isDeepStrictEqual(Object.entries(a), Object.entries(b));

const isSameFilter = (index, options) =>
  isDeepStrictEqual(valueOf(index, 'partialFilterExpression'), valueOf(options, 'partialFilterExpression'));

/** No value and false are the same; the server answers with numbers of its own kinds. */
function valueOf(options, name) {
  const value = options[name];
  return value === undefined || value === false ? undefined : JSON.parse(JSON.stringify(value));
}
