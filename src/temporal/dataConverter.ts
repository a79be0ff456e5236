/**
 * How payloads are read by workers, by workflow code and by clients of ours, which look at memos and messages of anybody's:
 * what cannot be read must stop none of them (`contract/payloads.ts`). The SDK loads the module by its path.
 */
export const dataConverter = { payloadConverterPath: require.resolve('../contract/payloads') };
