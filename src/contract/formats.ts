/** What a format makes, and of what. Validation and every surface take their rules and words from here. */
export interface FormatRow {
  /** What a reviewer looks at. */
  makes: 'slideshow' | 'video';
  /** The kind of TikTok post that it is made from (`kind` of `GET …/source-recommendations`); `null`: from none. */
  source: 'slideshow' | 'video' | null;
}

/** The formats that an onboarding can make, under the API's names (layers/API.md 8). */
export const FORMATS = {
  'slideshow-remix': { makes: 'slideshow', source: 'slideshow' },
} as const satisfies Record<string, FormatRow>;

export type FormatName = keyof typeof FORMATS;
