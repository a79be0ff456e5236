import type { OnboardingView } from '../../client/view';
import { changesBetween } from './changes';
import type { Io } from '../io';
import type { LiveRegion } from '../liveRegion';
import { jsonLine } from './jsonLines';
import { heartbeat, plainLines } from './plain';
import { renderFrame } from './render';
import { width } from './text';
import type { Links } from './commands';

/** `tty` draws one picture again and again, `plain` writes a line per change, `json` the same for programs. */
export type Mode = 'tty' | 'plain' | 'json';

export type LinksOf = (view: OnboardingView) => Links;

/** Shows one onboarding as it goes on. */
export interface Display {
  show(view: OnboardingView): void;
  /** Nothing has changed; called several times a second. */
  tick(): void;
  /** Keeps the terminal to itself until `resume`, for a question. */
  pause(): void;
  resume(): void;
  /** The last look, after which nothing more is shown. */
  end(view: OnboardingView): void;
}

export async function openDisplay(mode: Mode, io: Io, links: LinksOf): Promise<Display> {
  if (mode === 'tty') return new Picture(io, links, await io.live());
  return new Lines(io, links, mode);
}

/** What the reviewer or the customer does with an address, by the name of its link. */
const ADDRESSES = {
  review: 'To review the post, open',
  choose: 'To choose what is remixed, open',
  connect: 'To connect the account, the customer opens',
} as const;
/** What stands before an address in a picture. */
const BEFORE_ADDRESS = 15;

class Picture implements Display {
  /** Addresses that stand above the picture. */
  private readonly above = new Set<string>();
  private view: OnboardingView | null = null;
  private paused = false;
  private drawn = '';

  constructor(
    private readonly io: Io,
    private readonly links: LinksOf,
    private readonly region: LiveRegion,
  ) {}

  show(view: OnboardingView): void {
    this.view = view;
    this.draw(true);
  }

  tick(): void {
    this.draw(true);
  }

  pause(): void {
    this.draw(false);
    this.region.done();
    this.paused = true;
  }

  resume(): void {
    this.paused = false;
    this.drawn = '';
    this.draw(true);
  }

  end(view: OnboardingView): void {
    this.view = view;
    this.paused = false;
    this.draw(false);
    this.region.done();
  }

  private draw(live: boolean): void {
    if (this.view === null || this.paused) return;
    const { io } = this;
    const links = this.writeLongOnes(this.links(this.view));
    const frame = renderFrame(this.view, { now: io.now(), color: io.color, columns: io.columns(), links, live });
    if (frame !== this.drawn) this.region(frame);
    this.drawn = frame;
  }

  /**
   * A picture breaks its lines by itself, and a broken address can be neither clicked nor copied. An address that does
   * not fit is written above the picture, once, where the terminal keeps it in one piece.
   */
  private writeLongOnes(links: Links): Links {
    const shown = { ...links };
    for (const name of ['review', 'choose', 'connect'] as const) {
      const url = links[name];
      if (url === undefined || width(url) + BEFORE_ADDRESS <= this.io.columns()) continue;
      if (!this.above.has(url)) {
        this.above.add(url);
        this.region.clear();
        this.drawn = '';
        this.io.out(`${ADDRESSES[name]}\n${url}\n`);
      }
      shown[name] = 'the address above';
    }
    return shown;
  }
}

/** After a silence of this length comes a heartbeat, so that a log shows that the command is still following. */
const HEARTBEAT_MS = 30_000;

class Lines implements Display {
  private view: OnboardingView | null = null;
  private lastLine = 0;

  constructor(
    private readonly io: Io,
    private readonly links: LinksOf,
    private readonly mode: 'plain' | 'json',
  ) {}

  show(view: OnboardingView): void {
    const now = this.io.now();
    const changes = changesBetween(this.view, view);
    for (const change of changes) {
      if (this.mode === 'json') this.io.out(jsonLine(change, view.workflowId, now));
      else for (const line of plainLines(change, view, this.links(view), now)) this.io.out(line);
      this.lastLine = now;
    }
    this.view = view;
  }

  tick(): void {
    if (this.view === null || this.mode === 'json' || this.io.now() - this.lastLine < HEARTBEAT_MS) return;
    this.lastLine = this.io.now();
    this.io.out(heartbeat(this.view, this.lastLine));
  }

  pause(): void {}

  resume(): void {}

  end(view: OnboardingView): void {
    this.show(view);
  }
}
