import { UsageError } from '../../src/cli/errors';
import { jsonOption, parseJson, readJson } from '../../src/cli/verbs/parts/json';
import { fakeIo } from './fixtures/io';

test.each([
  ['{"a":1,}', 'line 1, column 8'],
  ['{\n  "a": 1\n  "b": 2\n}', 'line 3, column 3'],
  ['{\n  "a": .5\n}', 'line 2, column 8'],
  ['{"a":1} x', 'line 1, column 9'],
  ['{"a": tru}', 'line 1, column 10'],
  ['{\n  "a": [1, 2', 'line 2, column 13'],
  ["{'a': 1}", 'line 1, column 2'],
  ['', 'line 1, column 1'],
  ['{"a":"x\ny"}', 'line 1, column 8'],
])('%j: %s', (text, place) => {
  expect(() => parseJson(text, 'acme.json')).toThrow(UsageError);
  expect(() => parseJson(text, 'acme.json')).toThrow(`acme.json is not JSON: ${place}: `);
});

test('a byte order mark is no mistake', () => {
  expect(parseJson('\ufeff{"a":1}', 'x')).toEqual({ a: 1 });
});

test('from a file, from the standard input, from an option', async () => {
  const io = fakeIo({ files: { 'a.json': '{"a":1}', '-': '{"b":2}' } });
  expect(await readJson('a.json', io)).toEqual({ a: 1 });
  expect(await readJson('-', io)).toEqual({ b: 2 });
  expect(await jsonOption('{"c":3}', '--input', io)).toEqual({ c: 3 });
  expect(await jsonOption('@a.json', '--input', io)).toEqual({ a: 1 });
  await expect(readJson('none.json', io)).rejects.toThrow('Cannot read none.json: ENOENT');
  await expect(jsonOption('{', '--input', io)).rejects.toThrow('The value of --input is not JSON: line 1, column 2');
});
