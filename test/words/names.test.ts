import { decisionText, decisionTitle, handle, isUtc, listed, platformName } from '../../src/words';

test('a decision within a sentence, and as a title', () => {
  expect(decisionText({ decision: 'approve', reviewer: 'maria' })).toBe('approved by maria');
  expect(decisionText({ decision: 'reject', reviewer: 'maria' })).toBe('rejected by maria');
  expect(decisionTitle({ decision: 'requestChanges', reviewer: 'maria' })).toBe('Changes asked for by maria');
  expect(decisionTitle({ decision: 'expired', reviewer: 'nobody' })).toBe('Nobody decided in time');
});

test('a platform as it writes itself, and one that is not known', () => {
  expect(['tiktok', 'instagram', 'threads', 'constructor'].map(platformName)).toEqual([
    'TikTok',
    'Instagram',
    'threads',
    'constructor',
  ]);
});

test('a handle has its sign once', () => {
  expect([handle('acme'), handle('@acme')]).toEqual(['@acme', '@acme']);
});

test('a list reads as a sentence does', () => {
  expect([[], ['A'], ['A', 'B'], ['A', 'B', 'C']].map(listed)).toEqual(['', 'A', 'A and B', 'A, B and C']);
});

test('a zone without a place', () => {
  expect(['UTC', 'Etc/UTC', 'GMT', 'Europe/London'].map(isUtc)).toEqual([true, true, true, false]);
});
