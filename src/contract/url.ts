/** A URL as it is read; `null` for none. `URL.canParse` of Node 20 says no to letters beyond ASCII once it was called often. */
export function parsedUrl(text: string): URL | null {
  try {
    return new URL(text);
  } catch {
    return null;
  }
}
