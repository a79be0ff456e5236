import { bareId, formsOf, sameId } from '../../src/contract/ids';

const UUID = '0b2f6d1e-5c7a-4e0b-9f64-1d2c3b4a5968';

describe('two ids of Layers name the same thing', () => {
  test.each([
    ['written alike', `prj_${UUID}`, `prj_${UUID}`],
    ['with and without the prefix', `prj_${UUID}`, UUID],
    ['in other case', `prj_${UUID}`, `prj_${UUID.toUpperCase()}`],
    ['without the prefix and in other case', UUID.toUpperCase(), `cnt_${UUID}`],
    ['with the prefix of an older generation', `proj_${UUID}`, `prj_${UUID}`],
    ['where a ULID takes the place of the UUID', 'prj_01HXZ9G7KMV2QX8Y1S5RJW3B7T', '01hxz9g7kmv2qx8y1s5rjw3b7t'],
  ])('%s', (_, a, b) => {
    expect(sameId(a, b)).toBe(true);
    expect(sameId(b, a)).toBe(true);
    expect(bareId(a)).toBe(bareId(b));
  });
});

test.each([
  ['other ids', `prj_${UUID}`, `prj_${UUID.replace('0b', '0c')}`],
  ['one that is missing', `prj_${UUID}`, null],
  ['two that are missing', undefined, null],
  ['an id and the end of it', `prj_${UUID}`, UUID.slice(9)],
])('%s do not', (_, a, b) => {
  expect(sameId(a, b)).toBe(false);
});

describe('the forms of an id', () => {
  const ULID = '01HXZ9G7KMV2QX8Y1S5RJW3B7T';

  test.each([
    [UUID, ['prj', 'proj'], [UUID, UUID.toUpperCase(), `prj_${UUID}`, `prj_${UUID.toUpperCase()}`, `proj_${UUID}`]],
    [`prj_${UUID.toUpperCase()}`, ['prj'], [`prj_${UUID}`, `prj_${UUID.toUpperCase()}`, UUID]],
    [`proj_${UUID}`, ['prj'], [`proj_${UUID}`, `prj_${UUID}`, UUID]],
    [ULID.toLowerCase(), ['job'], [ULID, `job_${ULID}`, `job_${ULID.toLowerCase()}`]],
  ])('%s is looked for as what names the same thing', (id, prefixes, some) => {
    const forms = formsOf(id, ...prefixes);
    expect(forms).toEqual(expect.arrayContaining(some));
    expect(forms.every((form) => sameId(form, id))).toBe(true);
    expect(new Set(forms).size).toBe(forms.length);
    expect(forms.length).toBeLessThanOrEqual(4 + 3 * prefixes.length);
  });

  test.each(['job_1', 'x'.repeat(128), 'consent:tiktok', UUID.slice(1)])('%s has no other', (id) => {
    expect(formsOf(id, 'job')).toEqual([id]);
  });
});
