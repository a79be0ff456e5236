import { openDisplay } from '../../src/cli/show/displays';
import { fakeIo } from './fixtures/io';
import { REVIEW, statusOf, stepsWith, viewOf } from './fixtures/views';

const LONG = `http://127.0.0.1:3000/r/${'x'.repeat(120)}`;
const underReview = viewOf(
  statusOf({
    stage: 'review',
    attention: 'reviewer',
    review: REVIEW,
    steps: stepsWith({ review: { state: 'waiting' } }),
  }),
);

/** What stands in a terminal: a picture is drawn over the one before, everything else stays. */
describe('the moving picture', () => {
  it('has an address that does not fit written above it, whole and once', async () => {
    const io = fakeIo({ columns: () => 100 });
    const display = await openDisplay('tty', io, () => ({ review: LONG }));
    display.show(underReview);
    display.tick();
    display.show({ ...underReview, historyLength: 99 });
    expect(io.stdout).toEqual([`To review the post, open\n${LONG}\n`]);
    expect(io.frames.at(-1)).toContain('open      the address above');
    expect(io.frames.join()).not.toContain(LONG);
  });

  it('keeps one that fits', async () => {
    const io = fakeIo({ columns: () => 200 });
    const display = await openDisplay('tty', io, () => ({ review: LONG }));
    display.show(underReview);
    expect(io.stdout).toEqual([]);
    expect(io.frames.at(-1)).toContain(LONG);
  });
});
