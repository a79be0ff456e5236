import { harmless, harmlessLines, isVisible, shortLine } from '../../src/contract/text';

describe('text of others', () => {
  it.each([
    ['a right-to-left override', 'a\u202egnp.exe', 'agnp.exe'],
    ['an escape sequence', 'a\u001b]0;owned\u0007b', 'a ]0;owned b'],
    ['C1 controls', 'a\u009b31mb', 'a 31mb'],
    ['a NUL', 'a\u0000b', 'a b'],
    ['a line break', 'a\r\nb\u2028c', 'a b c'],
    ['zero-width characters', 'a\u200bb\u2060c\ufeff', 'abc'],
    ['half a character', 'a\ud800b', 'a\ufffdb'],
    ['a joiner without a neighbour', '\u200da\u200d', 'a'],
    ['joiners in a row', 'a\u200d\u200d\u200cb', 'ab'],
  ])('makes %s harmless', (_what, text, shown) => {
    expect(harmless(text)).toBe(shown);
  });

  it.each([
    ['an emoji made of several', '👩🏽‍🎤'],
    ['a flag of tags', '🏴󠁧󠁢󠁥󠁮󠁧󠁿'],
    ['Persian with a joiner', 'می\u200cخواهم'],
    ['Arabic', 'صباح الخير'],
    ['Devanagari', 'क्\u200dष'],
  ])('leaves %s alone', (_what, text) => {
    expect(harmless(text)).toBe(text);
  });

  it('keeps the lines of a longer text', () => {
    expect(harmlessLines('one\r\ntwo\tthree\u001b[2Jfour\u2028five')).toBe('one\ntwo\tthree [2Jfour\nfive');
  });

  it.each(['a', '😀', '木', '\ud800'])('writes a summary of many %j into what Temporal takes of one', (letter) => {
    expect(Buffer.byteLength(shortLine(letter.repeat(1_000)))).toBeLessThanOrEqual(400);
  });

  it('says whether there is anything to see', () => {
    const invisible = ['\u200b\u200b', '  ', '\u2060', '', '\u3164', '\u2800', '\ufe0f', '\u0301', '\ue000'];
    expect(invisible.filter(isVisible)).toEqual([]);
    const visible = ['é', 'e\u0301', '❤️', '👩🏽‍🎤', '—', '٣', '＿'];
    expect(visible.filter((text) => !isVisible(text))).toEqual([]);
  });
});
