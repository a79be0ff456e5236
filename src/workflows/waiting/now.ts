/** ISO time of the workflow's own clock. */
export const now = (): string => new Date().toISOString();
