// What bounds the pages of the console: part of `limits`, by which they are read.
export const consoleLimits = {
  /** More partners than the eye takes in: then their list can be searched. */
  partnersSeenAtOnce: 12,
  /** Of a payload, as the next three: enough to find one's way, never enough to hang a browser. */
  payloadShownBytesMax: 256 * 1024,
  treeMembersShownMax: 200,
  treeDepthShownMax: 12,
  treeTextShownChars: 300,
  /** The page that shows a secret once follows its form at once. */
  shownOnceMs: 60_000,
  /** Rows of a page of the console. */
  consoleRowsShown: 50,
  /** What waits in a campaign is counted so far; then it is “or more”. */
  queueCountedMax: 10_000,
  /** Whose credentials are tried on a refused request: sources of the same provider. */
  sourcesTriedMax: 20,
  /** Newest events in which is looked for where the email stands. */
  payloadsSampled: 50,
  /** Changes of one rule. */
  historyShownMax: 20,
  /** While a source is set up. */
  firstEventsShown: 5,
  /** Sources, campaigns and alarms of an overview. */
  overviewThingsShown: 12,
  /** Events kept at hand as samples. */
  bookmarksPerSourceMax: 20,
  /** Of a list to choose from. */
  choicesShownMax: 200,
  /** Pages that are told of what comes, at once: each asks the database once in `livePollMs`. */
  liveStreamsMax: 20,
  livePollMs: 1000,
  /** After that the page asks anew, which also shows whether its reader is still signed in. */
  liveStreamMsMax: 5 * 60_000,
} as const
